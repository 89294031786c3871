"""Tests of services over a real PostgreSQL."""
