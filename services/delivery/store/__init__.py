"""Tables and queries of the delivery database. Knows no event and no HTTP; never commits."""
