"""The use cases of the exchange, one function each. They take a connection and never commit."""
