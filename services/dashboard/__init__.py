"""The dashboard: a read model of all events, and the pages operations staff work in. It decides nothing and publishes nothing."""
