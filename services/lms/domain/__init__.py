"""What a change is, and which changes an event is. Pure."""
