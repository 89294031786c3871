"""Tests of the orders service on a real database."""
