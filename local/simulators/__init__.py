"""The other side, for tests and the demo: simulated suppliers and a simulated LMS."""
