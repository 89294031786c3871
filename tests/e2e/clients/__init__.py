"""Clients that others' generators make from our OpenAPI documents, and the same life of an order written with each."""
