"""Tests of evidence: statistics and pictures."""
