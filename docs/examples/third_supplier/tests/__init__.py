"""Tests of Quillfeather's adapter, without a network."""
