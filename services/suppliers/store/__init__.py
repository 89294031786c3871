"""Tables and queries of the exchange. Reads and writes what the use cases ask for; knows no business rule."""
