"""The catalogue's routes, without a database."""
