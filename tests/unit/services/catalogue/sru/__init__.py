"""The SRU door, its pure part."""
