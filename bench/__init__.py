"""Benchmarks. Every claim is a ratio of two figures of the same run; nothing here is a test."""
