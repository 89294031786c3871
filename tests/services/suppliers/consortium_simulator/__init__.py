"""The consortium adapter and the simulated consortium, over TLS, each in a process of its own."""
