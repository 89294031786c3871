"""The order book's rules: pure, no I/O, no framework."""
