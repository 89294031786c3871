"""Lms, without a database."""
