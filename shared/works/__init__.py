"""Which editions are one work, as the catalogue's records relate them: kept the same way by every service that must know."""
