"""Thirty and more bad requests against a running stack, with the answer each one gets."""
