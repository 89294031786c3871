"""Sends more than thirty bad requests to a running stack and checks each answer."""
