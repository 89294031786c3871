"""Tests of the library messages."""
