"""Delivery on real PostgreSQL, through its API and its events."""
