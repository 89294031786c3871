"""Dead letters: messages that could not be handled. Consumers write them, operations staff settle them."""
