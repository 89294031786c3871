"""The exchange: one process per supplier, between the supplier's own protocol and the contract's events."""
