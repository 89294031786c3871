"""Codes of findings about JSON documents, and the names that tell the documents apart."""

from __future__ import annotations

from enum import StrEnum

from quillfeather.bic.documents import Despatch, Document, Order, OrderResponse


class Code(StrEnum):
    """Codes of findings."""

    NOT_JSON = "bic-not-json"
    NOT_DOCUMENT = "bic-not-document"  # JSON, but none of the three documents
    WRONG_TYPE = "bic-wrong-type"  # a value that is left out; the text names its place
    MISSING = "bic-missing"  # a number or lines, without which the document says nothing
    NO_ISBN = "bic-no-isbn"  # a line whose EAN13 is no ISBN


ROOTS: dict[str, type[Document]] = {"Order": Order, "OrderResponse": OrderResponse, "ShipNotice": Despatch}
