"""The dashboard service over its database."""
