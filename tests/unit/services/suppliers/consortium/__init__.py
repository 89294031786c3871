"""Tests of the consortium adapter."""
