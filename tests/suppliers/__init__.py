"""Tests of the exchange over its suppliers."""
