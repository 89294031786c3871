"""The dashboard service, one module at a time."""
