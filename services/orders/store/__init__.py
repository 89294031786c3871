"""Tables of the order book and their queries. Every read is scoped by council. Nothing here commits."""
