"""Tests of the exchange on a real database, and of the simulated suppliers."""
