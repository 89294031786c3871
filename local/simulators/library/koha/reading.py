"""Understands what Koha fetched: responses, invoices and quotations, with Koha's rules and gaps. Pure but for the ledger."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from local.simulators.library.koha.segments import Line, Message, Unreadable, read_messages
from local.simulators.library.ledger import CopyState, Ledger, OwnCopy, OwnLine

_CANCELLED = "2"


def read_file(ending: str, raw: bytes, supplier: str, ledger: Ledger) -> None:
    """Reads a file by the ending of its name, whatever is inside. `supplier` is how invoices must name the supplier."""
    try:
        messages = read_messages(raw)
    except Unreadable as error:
        ledger.complaints.append(str(error))
        return
    if not raw.isascii() and _is_utf8(raw):
        ledger.complaints.append(
            f"Letters of {messages[0].number if messages else 'a file'} are shown wrongly: it is not Latin-1"
        )
    for message in messages:
        if ending == ".CEA":
            _read_response(message, ledger)
        elif ending == ".CEI":
            _read_invoice(message, supplier, ledger)
        else:
            ledger.quoted.update({message.number: sum(int(line.quantity or 1) for line in message.lines)})


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _read_response(message: Message, ledger: Ledger) -> None:
    """Cancels lines whose action is 2, the whole of each; of any other line, only notes what is reported."""
    for line in message.lines:
        own = _own_line(line, message, ledger)
        if own is None:
            continue
        own.notes.append(" ".join(part for part in (line.code, line.text) if part))
        own.expected = line.available or own.expected
        if line.action == _CANCELLED:
            for copy in own.open_copies():
                copy.state = CopyState.CANCELLED


def _own_line(line: Line, message: Message, ledger: Ledger) -> OwnLine | None:
    """Returns the line of this order number; without one, what the message says of it is lost."""
    own = ledger.lines.get(line.order_number)
    if own is None:
        ledger.complaints.append(f"No order found for {line.order_number!r} in {message.kind} {message.number}")
    return own


def _read_invoice(message: Message, supplier: str, ledger: Ledger) -> None:
    if message.supplier != supplier:
        ledger.complaints.append(f"Cannot find vendor with ean {message.supplier!r} for invoice {message.number}")
        return
    total = 0
    for line in message.lines:
        own = _own_line(line, message, ledger)
        pence = None if own is None else _pence_each(line)
        if own is None or pence is None:
            continue
        total += pence * _count(line)
        for copy in _invoiced(line, own, ledger):
            copy.pence = pence
    # An invoice that is loaded twice is there twice: nothing looks for its number.
    ledger.invoices[message.number] = ledger.invoices.get(message.number, 0) + total


def _count(line: Line) -> int:
    return int(line.quantity) if line.quantity.isdigit() else 0


def _pence_each(line: Line) -> int | None:
    """Returns what one copy costs: the line's amount with tax if it has one, else without and the tax added."""
    try:
        amount = line.amounts.get("128")
        whole = Decimal(amount) if amount else Decimal(line.amounts["203"]) + Decimal(line.amounts.get("124") or 0)
        return int((whole * 100 / _count(line)).to_integral_value())
    except (KeyError, InvalidOperation, ZeroDivisionError):
        return None


def _invoiced(line: Line, own: OwnLine, ledger: Ledger) -> list[OwnCopy]:
    """Pairs invoiced copies with those on order by branch, and puts the barcodes on them, unless another has one."""
    taken: list[OwnCopy] = []
    for number in range(_count(line)):
        marks = line.copies[number] if number < len(line.copies) else {}
        free = (copy for copy in own.copies if copy.branch == marks.get("LLO") and copy.pence is None and copy not in taken)
        copy = next(iter(sorted(free, key=lambda each: each.barcode != marks.get("LAC", ""))), None)
        if copy is None:
            ledger.complaints.append(f"Unmatched item at branch {marks.get('LLO', '')!r} of {own.reference}")
            continue
        taken.append(copy)
        _put_barcode(copy, marks.get("LAC", ""), ledger)
    return taken


def _put_barcode(copy: OwnCopy, barcode: str, ledger: Ledger) -> None:
    if not barcode or copy.barcode == barcode:
        return
    if any(other.barcode == barcode for other in ledger.copies()):
        ledger.complaints.append(f"Barcode {barcode} is a duplicate")
    elif not copy.barcode:
        copy.barcode = barcode
