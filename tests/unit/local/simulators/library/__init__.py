"""The simulated library systems: what they write is read by our codecs, and they misread what the real ones misread."""
