"""The catalogue service over its database."""
