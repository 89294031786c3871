"""Everything that runs the whole system on one machine: servers, the stack, the demo and the other side's simulators.

Nothing in here belongs in a service image, and no service imports it.
"""
