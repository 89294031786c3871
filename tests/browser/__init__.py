"""The pages in a real browser, over a whole system that runs."""
