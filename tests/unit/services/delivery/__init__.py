"""The rules of delivery."""
