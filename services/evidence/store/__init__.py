"""The tables of evidence: facts that are built from events alone, and the councils' own cost models."""
