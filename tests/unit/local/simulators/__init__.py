"""The simulators of the other side."""
