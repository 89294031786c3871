"""What the edges of services share."""
