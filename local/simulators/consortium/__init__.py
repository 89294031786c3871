"""A simulated regional consortium. Knows of our system only the messages that they exchange."""
