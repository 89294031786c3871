"""PostgreSQL for every service: engine, migrations, grouped commits. Knows no service's table."""
