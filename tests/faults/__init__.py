"""Whole systems in which something breaks, and a checker of what must be true afterwards."""
