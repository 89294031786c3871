"""The project's tests, by what they need: see the folders."""
