"""Tests of the EDIFACT codec."""
