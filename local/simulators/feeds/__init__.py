"""Feeds of records for benches and tests: books by a seed, written as a bookseller writes ONIX and MARC, and spoiled on request.

Works without a clock, a network or a file; `__main__` alone writes one. Knows nothing of whoever reads the feeds.
"""
