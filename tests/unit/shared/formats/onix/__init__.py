"""ONIX."""
