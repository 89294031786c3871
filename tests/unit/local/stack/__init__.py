"""Tests of the commands that run the whole system."""
