"""Tests of docs/: the examples work, and the guides' commands have the results that the guides show."""
