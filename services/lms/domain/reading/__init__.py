"""Reads events as news. Pure: each function takes an event and what its envelope states, and yields the news that it is."""
