"""A simulated library management system of one council. It knows only the HTTP APIs of the services."""
