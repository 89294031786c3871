"""Dead letters: messages that no handler could take. Written by the consumer, settled by operations staff."""
