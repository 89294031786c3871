"""Statistics of evidence: estimates with their uncertainty, and exact prices. Pure."""
