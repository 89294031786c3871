"""Loops that run beside the API: send what waits, fetch and read what arrived, watch for quiet feeds."""
