"""The use cases of delivery, one async function each. They take a connection and never commit."""

from services.delivery.usecases.advising import advise, note_barcodes, note_places, note_substitutes, note_wanted, project
from services.delivery.usecases.moving import take_over
from services.delivery.usecases.receiving import ReceiptRequest, receive
from services.delivery.usecases.records import note_served
from services.delivery.usecases.routes import (
    add_rule,
    end_rule,
    get_rule,
    learn_supplier,
    preview,
    tell_of_rule,
    warnings_of_rule,
)
from services.delivery.usecases.scanning import resolve_scan
from services.delivery.usecases.switching import SWITCHES, preview_switch, progress, warnings_of

__all__ = [
    "SWITCHES",
    "ReceiptRequest",
    "add_rule",
    "advise",
    "end_rule",
    "get_rule",
    "learn_supplier",
    "note_barcodes",
    "note_places",
    "note_served",
    "note_substitutes",
    "note_wanted",
    "preview",
    "preview_switch",
    "progress",
    "project",
    "receive",
    "resolve_scan",
    "take_over",
    "tell_of_rule",
    "warnings_of",
    "warnings_of_rule",
]
