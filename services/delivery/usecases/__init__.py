"""The use cases of delivery, one async function each. They take a connection and never commit."""

from services.delivery.usecases.advising import advise, note_barcodes, note_substitutes, note_wanted, project
from services.delivery.usecases.receiving import ReceiptRequest, receive
from services.delivery.usecases.records import note_served

__all__ = ["ReceiptRequest", "advise", "note_barcodes", "note_served", "note_substitutes", "note_wanted", "project", "receive"]
