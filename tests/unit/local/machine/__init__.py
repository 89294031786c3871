"""What the local stack needs of the machine."""
