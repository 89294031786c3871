"""Tests of what the local stack needs from the machine."""
