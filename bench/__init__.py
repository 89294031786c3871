"""Benchmarks. Every figure claimed anywhere is a ratio of two figures of one run; nothing here is a test."""
