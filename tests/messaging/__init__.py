"""The messaging layer over every kind of broker."""
