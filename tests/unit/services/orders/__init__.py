"""Tests of the order book's pure rules."""
