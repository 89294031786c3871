"""Tests of the demo and of the LMS that it plays."""
