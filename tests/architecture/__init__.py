"""Checks the project's rules: sizes, conventions, imports, documents, lock files, and deployment files."""
