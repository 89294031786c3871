"""The rules of the catalogue: records, their score, the title merged from them, and whom to ask. Pure: no table, no event."""
