"""The rules of the exchange: pure, no I/O, no framework. The conformance kit runs the same rules."""
