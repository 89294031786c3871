"""What the dashboard does: take in events, and look at the whole."""
