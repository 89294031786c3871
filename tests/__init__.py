"""The project's tests; each folder has its own requirements."""
