"""Tables of the feed, and the queries over them. Knows no event."""
