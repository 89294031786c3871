"""What all services share. Nothing here may import `services` or `local`."""
