"""A simulated regional consortium. It knows the wire and nothing else of the system it talks to."""
