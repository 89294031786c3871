"""The rules of the house, checked: sizes, habits, imports, documents, locks, and files for running it elsewhere."""
