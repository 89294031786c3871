"""The catalogue: titles and the records they are chosen from. Requests records of ordered books without a title."""
