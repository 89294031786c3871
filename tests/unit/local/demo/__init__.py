"""Tests of the demo and of its simulated LMS."""
