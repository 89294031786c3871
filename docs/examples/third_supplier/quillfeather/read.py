"""Translates Quillfeather's documents into contract facts and findings. Pure; never raises for bad content.

A bad line, carton or record is left out with an error finding; the rest of the document still counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pydantic import Field
from services.suppliers.contract import DespatchFact, Fact, InvoiceFact, Kind, Notes, RawMessage, Reading, ResponseFact
from services.suppliers.contract.plain import Part, Status, answers_in, parcels_in, records_in
from shared.contracts.invoices import InvoicedLine, TaxAtRate
from shared.contracts.suppliers import LineAction

SENDER = "quillfeather"
# Their names of fields -> the plain names, by which the contract reads the parts of a document.
_NAMES = {
    "our_line": "line_reference",
    "your_line": "line_key",
    "your_order": "order_number",
    "copy": "copy_number",
    "price": "unit_price",
    "available": "available_on",
    "about": "item",
}
# What they do about a line -> our action and the status of EDItEUR's list 12B.
_STATUSES = {
    "yes": Status(LineAction.ACCEPTED, "100"),
    "later": Status(None, "400"),
    "no": Status(None, "200"),
}

Parts = tuple[object, ...]


class Document(Part):
    """What every document has, and the lists of its parts; each part is read by itself."""

    type: str
    number: str = ""
    order_number: str | None = None
    sent: object = None
    due: object = None
    lines: Parts = ()
    cartons: Parts = ()
    records: Parts = ()
    buyer: str = ""
    currency: str = Field(default="GBP", pattern="^[A-Z]{3}$")
    total: int = 0
    taxes: Parts = ()


def read(raw: RawMessage) -> Reading:
    """Reads one document. A document that they must not send is of kind UNKNOWN, with an error finding."""
    notes = Notes(SENDER)
    document = notes.parsed("not-a-document", Document, raw.body, _NAMES)
    if document is None:
        return Reading(Kind.UNKNOWN, (), notes.findings, sender=SENDER)
    kind, facts_in = _KINDS.get(document.type, (Kind.UNKNOWN, _unknown))
    facts = tuple(facts_in(document, notes))
    return Reading(kind, facts, notes.findings, control_reference=document.number, sender=SENDER)


def _answer(document: Document, notes: Notes) -> Iterator[Fact]:
    if lines := answers_in(document.lines, notes, _STATUSES.get):
        yield ResponseFact(document.order_number, document.number, notes.moment("sent", document.sent), lines)
    else:
        notes.error("no-lines", "the answer has no line that can be read")


def _despatch(document: Document, notes: Notes) -> Iterator[Fact]:
    """Reads a notice. One notice may be for several branches: each carton names its own."""
    cartons, sent, due = parcels_in(document.cartons, notes), notes.day("sent", document.sent), notes.day("due", document.due)
    if cartons and document.number:
        yield DespatchFact(document.number, sent, due, "", None, cartons)
    else:
        notes.error("no-despatch", "the notice has no number, or no copy that can be read")


def _records(document: Document, notes: Notes) -> Iterator[Fact]:
    """Reads records. They send them unasked, and withdraw them."""
    yield from records_in(document.records, notes)


def _invoice(document: Document, notes: Notes) -> Iterator[Fact]:
    """Reads an invoice, with its tax at each rate. Its lines and taxes have the contract's own names."""
    lines = tuple(line for _, line in notes.each("bad-line", InvoicedLine, document.lines))
    taxes = tuple(tax for _, tax in notes.each("bad-tax", TaxAtRate, document.taxes))
    sent, number = notes.day("sent", document.sent), document.number
    if number and lines:
        yield InvoiceFact(number, False, None, sent, document.buyer, document.currency, document.total, lines, taxes=taxes)
    else:
        notes.error("no-invoice", "the invoice has no number, or no line that can be read")


def _unknown(document: Document, notes: Notes) -> Iterator[Fact]:
    notes.error("not-theirs", f"they send no document of type {document.type[:40]!r}")
    yield from ()


_KINDS: Mapping[str, tuple[Kind, Callable[[Document, Notes], Iterator[Fact]]]] = {
    "answer": (Kind.RESPONSE, _answer),
    "despatch": (Kind.DESPATCH, _despatch),
    "records": (Kind.RECORD, _records),
    "invoice": (Kind.INVOICE, _invoice),
}
