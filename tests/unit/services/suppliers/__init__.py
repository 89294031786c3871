"""Tests of the exchange and of its adapters, without a database."""
