"""Tables and queries of the exchange. Knows no rule: it reads and writes what the use cases say."""
