"""A simulated library management system of one council. It knows the HTTP APIs and nothing else of the services."""
