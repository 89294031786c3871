"""The catalogue: titles and the records they are built from. Asks suppliers for what is ordered and not yet known."""
