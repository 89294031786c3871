"""The order book: orders, lines, copies. Applies suppliers' responses and the copies that branches scan."""
