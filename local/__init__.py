"""Everything that runs the whole system on one machine: servers, the stack, the demo, simulated suppliers and LMS.

No service image contains this package, and no service imports it.
"""
