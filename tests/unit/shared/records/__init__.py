"""The record model."""
