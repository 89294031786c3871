"""Codes of findings about JSON documents, and the root name of each kind of document."""

from __future__ import annotations

from enum import StrEnum

from quillfeather.bic.documents import Despatch, Document, Order, OrderResponse


class Code(StrEnum):
    """Codes of findings."""

    NOT_JSON = "bic-not-json"
    NOT_DOCUMENT = "bic-not-document"  # JSON, but none of the three documents
    WRONG_TYPE = "bic-wrong-type"  # a value of a wrong type, left out; the text names its place
    MISSING = "bic-missing"  # the document's number or its lines, which are required
    NO_ISBN = "bic-no-isbn"  # a line whose EAN13 is not an ISBN


ROOTS: dict[str, type[Document]] = {"Order": Order, "OrderResponse": OrderResponse, "ShipNotice": Despatch}
