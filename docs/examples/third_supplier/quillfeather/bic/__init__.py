"""Reads and writes JSON documents in the style of the BIC library web services: Order, OrderResponse, ShipNotice.

Knows no supplier. The models describe the supported subset field by field, under one root name per document; other fields
are ignored. Names are EDItX's where EDItX has one.
"""

from quillfeather.bic.codes import Code
from quillfeather.bic.documents import (
    CopyData,
    Despatch,
    DespatchedCopy,
    DespatchedItem,
    Document,
    Order,
    OrderCopy,
    OrderItem,
    OrderResponse,
    Parcel,
    ResponseItem,
)
from quillfeather.bic.parts import BUYER_LINE, BUYER_ORDER, SUPPLIER_ORDER, Fund, Party, PartyId, Price, Reference
from quillfeather.bic.reader import Reading, read
from quillfeather.bic.writer import write

__all__ = [
    "BUYER_LINE",
    "BUYER_ORDER",
    "SUPPLIER_ORDER",
    "Code",
    "CopyData",
    "Despatch",
    "DespatchedCopy",
    "DespatchedItem",
    "Document",
    "Fund",
    "Order",
    "OrderCopy",
    "OrderItem",
    "OrderResponse",
    "Parcel",
    "Party",
    "PartyId",
    "Price",
    "Reading",
    "Reference",
    "ResponseItem",
    "read",
    "write",
]
