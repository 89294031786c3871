"""The feed of changes over a real database."""
