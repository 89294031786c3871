"""Which editions are one work."""
