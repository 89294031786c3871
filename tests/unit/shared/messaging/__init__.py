"""Tests of the messaging layer that need no broker."""
