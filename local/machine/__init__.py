"""What the local stack needs of the machine: ports, keys, certificates, wheels, processes, an embedded PostgreSQL."""
