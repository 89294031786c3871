"""Tests of the code that runs the system on one machine. They start real processes."""
