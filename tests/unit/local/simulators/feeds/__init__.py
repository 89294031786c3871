"""The generator of feeds."""
