"""The catalogue service, one module at a time."""
