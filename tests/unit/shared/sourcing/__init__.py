"""Sourcing rules."""
