"""Tests of what docs/ shows: the examples work, and the guides' commands do what they say."""
