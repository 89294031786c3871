"""The rules of the exchange."""
