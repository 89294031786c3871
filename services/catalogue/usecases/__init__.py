"""The use cases of the catalogue, one function each. Each runs in its caller's transaction."""
