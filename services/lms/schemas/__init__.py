"""HTTP shapes of the feed. Decide nothing."""
