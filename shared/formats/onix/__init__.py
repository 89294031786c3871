"""Reads ONIX for Books 2.1, 3.0 and 3.1, with reference or short tags, as records; writes 3.0. Knows no supplier.

`table.py` says which element fills which field.
"""

from shared.formats.onix.draft import Code, Defaults
from shared.formats.onix.product import record_of
from shared.formats.onix.reader import DOCTYPES, ROOTS, Reading, read, read_records
from shared.formats.onix.writer import write_message

__all__ = [
    "DOCTYPES",
    "ROOTS",
    "Code",
    "Defaults",
    "Reading",
    "read",
    "read_records",
    "record_of",
    "write_message",
]
