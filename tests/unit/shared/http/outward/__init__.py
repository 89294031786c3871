"""Where a stranger may send us, and where not."""
