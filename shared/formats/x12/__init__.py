"""Reads and writes X12 ship notices (856; versions 003060, 004010, 005010). Knows no supplier.

It reads BSN, the levels (HL) in any nesting with PRF, TD1, TD5, REF, DTM, MAN, N1, N3, N4, LIN, SN1 and PID, and CTT. It ignores
other segments and other transaction sets. Composites are not split.
"""

from shared.formats.x12.codes import Code
from shared.formats.x12.model import (
    BOOK_NUMBERS,
    Carriage,
    Date,
    Identifier,
    Interchange,
    Item,
    Level,
    Mark,
    Order,
    Party,
    Reading,
    Reference,
    ShipNotice,
)
from shared.formats.x12.reader import read
from shared.formats.x12.shipped import Shipped, items
from shared.formats.x12.writer import write

__all__ = [
    "BOOK_NUMBERS",
    "Carriage",
    "Code",
    "Date",
    "Identifier",
    "Interchange",
    "Item",
    "Level",
    "Mark",
    "Order",
    "Party",
    "Reading",
    "Reference",
    "ShipNotice",
    "Shipped",
    "items",
    "read",
    "write",
]
