"""Code that all services share. Must not import `services` or `local`."""
