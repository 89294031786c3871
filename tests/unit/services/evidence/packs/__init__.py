"""Tests of what packs are made of."""
