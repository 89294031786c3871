"""EDItX."""
