"""The national bookseller's adapter, without any network."""
