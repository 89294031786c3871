"""PostgreSQL for every service: engine, migrations, grouped commits. Must not know a service's tables."""
