"""What the exchange can do, one function each. They take a connection and never commit."""
