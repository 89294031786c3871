"""HTTP shapes of evidence. Decides nothing."""
