"""What the local stack needs from the machine: ports, keys, certificates, wheels, processes, an embedded PostgreSQL."""
