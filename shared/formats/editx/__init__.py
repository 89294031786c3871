"""Reads and writes the EDItX LibraryShipNotice. Knows no supplier.

It reads the header (number, dates, parties, references); for each ItemDetail the product numbers, description, quantity,
references and prices with tax; for each CopyDetail the places, numbers, servicing, value and funds. `shared.formats.marc` reads
the MARC records in messages of type 04. Everything else is ignored.
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
