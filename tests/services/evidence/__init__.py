"""The evidence service over its database."""
