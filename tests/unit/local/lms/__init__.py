"""The simulated LMS, without a service."""
