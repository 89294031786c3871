"""A small OpenID Connect provider, for running the whole system on one machine: whoever presses a name is that person."""
