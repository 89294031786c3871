"""Understands responses, invoices and shipment notices with Evergreen's rules and gaps. Pure but for the ledger."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from local.simulators.library.evergreen.messages import Line, Message, read_messages
from local.simulators.library.files import Accounts
from local.simulators.library.ledger import CopyState, Ledger, OwnLine

_ORDERED, _DESPATCHED, _IN_TRANSIT, _INVOICED = "21", "12", "57", "47"
# Codes of quantities that a copy can be cancelled for; a back order is one of them here, and keeps its money.
_REASONS = {"11": "split", "46": "delivered", "83": "back ordered", "85": "cancelled"}
_KEEPS_ORDER = frozenset({"46", "83"})
_NOT_ACCEPTED = "200"
_BACK_ORDERED = "400"


def read_file(raw: bytes, accounts: Accounts, ledger: Ledger) -> None:
    """Reads every message of a file by its own type."""
    for message in read_messages(raw):
        kind = message.get("kind")
        if kind == "INVOIC":
            _read_invoice(message, accounts, ledger)
        elif kind == "DESADV":
            _read_notice(message, ledger)
        elif _order_is_known(message, ledger):
            # Whatever else arrives is taken for a response.
            for line in message.lines:
                _read_answer(line, ledger)


def _order_is_known(message: Message, ledger: Ledger) -> bool:
    """Returns whether the message may be kept: one that names an unknown order by its number is not."""
    order = message.get("order")
    known = not order.isdigit() or bool(ledger.of_order(int(order)))
    if not known:
        ledger.complaints.append(f"Received order response for nonexistent PO {order}")
    return known


def _own_line(line: Line, ledger: Ledger) -> OwnLine | None:
    number = line.get("id")
    own = next((each for each in ledger.lines.values() if each.reference.rpartition("/")[2] == number), None)
    if own is None:
        ledger.complaints.append(f"Request for invalid lineitem ID {number!r}")
    return own


def _read_answer(line: Line, ledger: Ledger) -> None:
    """Cancels as many copies as the quantities say, the oldest first, whichever branch they are for."""
    own = _own_line(line, ledger)
    if own is None:
        return
    own.expected = line.get("expected") or own.expected
    own.notes += [note for note in (line.get("status"), line.get("availability")) if note]
    ordered, despatched, cancelled = len(own.copies), None, 0
    for code, count in line.quantities:
        if code == _ORDERED:
            ordered = count
        elif code == _DESPATCHED:
            despatched = count
        elif code in _REASONS:
            cancelled += _cancel(own, code, count)
        elif code != _IN_TRANSIT:
            ledger.complaints.append(f"Unhandled quantity code {code} for {own.reference}: {count} items unprocessed")
    if despatched is not None and ordered - despatched - cancelled > 0:
        _cancel_rest(own, line.get("status"), ordered - despatched - cancelled, ledger)


def _cancel_rest(own: OwnLine, status: str, count: int, ledger: Ledger) -> None:
    """Cancels what was neither despatched nor cancelled, for the line's status; only two are known."""
    if status in (_NOT_ACCEPTED, _BACK_ORDERED):
        _cancel(own, "85" if status == _NOT_ACCEPTED else "83", count)
    else:
        ledger.complaints.append(f"{own.reference} says nothing that is known about {count} copies")


def _cancel(own: OwnLine, code: str, count: int) -> int:
    if code in _KEEPS_ORDER:
        own.notes.append(f"{count} {_REASONS[code]}")
        return count
    chosen = own.open_copies()[:count]
    for copy in chosen:
        copy.state = CopyState.CANCELLED
    return len(chosen)


def _read_invoice(message: Message, accounts: Accounts, ledger: Ledger) -> None:
    number = message.get("invoice")
    buyers = (message.get("buyer_san"), message.get("buyer_account"))
    if not any(buyer.partition(" ")[0] in (accounts.library, accounts.sub_account) for buyer in buyers if buyer):
        ledger.complaints.append(f"Unable to determine buyer (org unit) in invoice {number}: {buyers}")
        return
    if not number:
        ledger.complaints.append("No invoice number in INVOIC message")
        return
    if number in ledger.invoices:
        ledger.complaints.append(f"Invoice {number} is there already")
        return
    ledger.invoices[number] = sum(_invoice(line, ledger) for line in message.lines)


def _invoice(line: Line, ledger: Ledger) -> int:
    """Charges a line's copies; returns what it charged."""
    own = _own_line(line, ledger)
    count = next((number for code, number in line.quantities if code == _INVOICED), 0)
    try:
        pence = int(Decimal(line.get("amount")) * 100)
    except InvalidOperation:
        pence = 0
    if own is None or not count or not pence:
        ledger.complaints.append(f"An invoice line for {line.get('id')!r} has no quantity or no amount")
        return 0
    free = [copy for copy in own.copies if copy.pence is None and copy.state is not CopyState.CANCELLED][:count]
    for copy in free:
        copy.pence = pence // count
    if len(free) < count:
        ledger.complaints.append(f"{count - len(free)} copies too many of {own.reference} are invoiced")
    return pence


def _read_notice(message: Message, ledger: Ledger) -> None:
    for line in message.lines:
        own = _own_line(line, ledger)
        if own is not None:
            own.notes += [f"{count} shipped in {message.get('carton')}" for code, count in line.quantities if code == _DESPATCHED]
