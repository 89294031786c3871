"""EDItX LibraryShipNotice, both ways. Knows no supplier.

Read are the header (number, moments, parties, references), per item the product numbers, description, quantity, references
and prices with tax, and per copy detail where it goes, its numbers, servicing, value and funds; MARC records in messages of
type 04 are read by `shared.formats.marc`. Everything else is passed over.
"""

from shared.formats.editx.codes import Code
from shared.formats.editx.model import (
    BUYER_LINE,
    BUYER_ORDER,
    SUPPLIER_ORDER,
    Copy,
    Description,
    Fund,
    Identifier,
    Item,
    Money,
    Party,
    Price,
    Reference,
    ShipNotice,
    Tax,
)
from shared.formats.editx.reader import Reading, read
from shared.formats.editx.writer import write

__all__ = [
    "BUYER_LINE",
    "BUYER_ORDER",
    "SUPPLIER_ORDER",
    "Code",
    "Copy",
    "Description",
    "Fund",
    "Identifier",
    "Item",
    "Money",
    "Party",
    "Price",
    "Reading",
    "Reference",
    "ShipNotice",
    "Tax",
    "read",
    "write",
]
