"""The order book: orders, lines, copies. Applies what suppliers say and what branches scan."""
