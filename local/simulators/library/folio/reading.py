"""Understands invoices as FOLIO's import of them does, by the order line's number. Pure but for the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from local.simulators.library.folio.segments import Segment, cut
from local.simulators.library.ledger import CopyState, Ledger


@dataclass
class _Line:
    reference: str = ""
    count: int = 0
    amount: str = ""


@dataclass
class _Invoice:
    kind: str
    number: str = ""
    lines: list[_Line] = field(default_factory=list)


def read_file(raw: bytes, ledger: Ledger) -> None:
    """Reads the invoices of a file. A file with any other message, or a message of another length than it says, fails."""
    segments = cut(raw)
    invoices = list(_invoices(segments))
    kinds = sorted({invoice.kind for invoice in invoices})
    if kinds != ["INVOIC"]:
        ledger.complaints.append(f"Cannot import a file of {', '.join(kinds) or 'nothing'}")
    elif wrong := _wrong_counts(segments):
        ledger.complaints.append(f"Segment count of message {wrong[0]} is wrong")
    else:
        for invoice in invoices:
            # An invoice that is imported twice is there twice: nothing looks for its number.
            charged = sum(_charge(line, ledger) for line in invoice.lines)
            ledger.invoices[invoice.number] = ledger.invoices.get(invoice.number, 0) + charged


def _wrong_counts(segments: Sequence[Segment]) -> list[str]:
    """Returns the references of messages whose trailer counts other segments than there are."""
    wrong, began = [], 0
    for place, segment in enumerate(segments):
        if segment.tag == "UNH":
            began = place
        elif segment.tag == "UNT" and segment.get(0) != str(place - began + 1):
            wrong.append(segment.get(1))
    return wrong


def _invoices(segments: Sequence[Segment]) -> Iterator[_Invoice]:
    invoice = None
    for segment in segments:
        if segment.tag == "UNH":
            invoice = _Invoice(segment.get(1))
        elif segment.tag == "UNT" and invoice is not None:
            yield invoice
        elif invoice is not None:
            _note(invoice, segment)


def _note(invoice: _Invoice, segment: Segment) -> None:
    if segment.tag == "BGM":
        invoice.number = segment.get(1)
    elif segment.tag == "LIN":
        invoice.lines.append(_Line())
    if not invoice.lines:
        return
    line, first, second = invoice.lines[-1], segment.get(0), segment.get(0, 1)
    if segment.tag == "RFF" and first == "LI":
        line.reference = second
    elif segment.tag == "QTY" and first == "47" and second.isdigit():
        line.count = int(second)
    elif segment.tag == "MOA" and first == "203" and not line.amount:
        line.amount = second


def _charge(line: _Line, ledger: Ledger) -> int:
    """Charges a line's copies; returns what it charged."""
    own = ledger.lines.get(line.reference)
    try:
        pence = int(Decimal(line.amount) * 100)
    except InvalidOperation:
        pence = 0
    if own is None or not line.count or not pence:
        ledger.complaints.append(f"No PO line for invoice line {line.reference!r} of {line.count} copies at {line.amount!r}")
        return 0
    free = [copy for copy in own.copies if copy.pence is None and copy.state is not CopyState.CANCELLED][: line.count]
    for copy in free:
        copy.pence = pence // line.count
    if len(free) < line.count:
        ledger.complaints.append(f"{line.count - len(free)} copies too many of {own.reference} are invoiced")
    return pence
