"""The values that pass between the exchange and an adapter: messages, and the facts that a supplier's messages state.

Plain values. They must not know a wire format, a table or the event loop.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from shared.contracts.base import PlaceKind
from shared.contracts.invoices import InvoicedCharge, InvoicedLine, TaxAtRate
from shared.contracts.selections import SelectedLine
from shared.contracts.stated import StatedPrice, SupplierReferences
from shared.contracts.suppliers import ClaimAnswer, CopyReference, LineAction, Quantities
from shared.findings import Finding
from shared.records import Record


class Kind(StrEnum):
    """What a message is about, independent of its name in the supplier's protocol."""

    ORDER = "order"
    CANCELLATION = "cancellation"
    ROUTE_CHANGE = "route_change"
    OFFER_ANSWER = "offer_answer"
    ENQUIRY = "enquiry"
    RECORD_REQUEST = "record_request"
    RESPONSE = "response"
    DESPATCH = "despatch"
    RECORD = "record"
    INVOICE = "invoice"
    SELECTION = "selection"
    OPEN_LINES = "open_lines"
    ACKNOWLEDGEMENT = "acknowledgement"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One message ready to send. `reference` is ours, sequential and unique per supplier, the same on every resend.

    `findings` are what could not be written as it is, such as characters that the supplier's form cannot hold.
    """

    kind: Kind
    reference: int
    name: str
    body: bytes
    content_type: str
    findings: tuple[Finding, ...] = ()


_LONGEST_MARK = 1_000


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One inbound message as received. `name` tells its source (file name or push id) and is never used as a key.

    `cursor` is the supplier's mark of this message in its mailbox, where it has such marks: the exchange commits it together
    with the bytes, and gives it to the next `fetch`. Raises ValueError for a cursor that cannot be stored.
    """

    name: str
    body: bytes
    content_type: str = ""
    cursor: str | None = None

    def __post_init__(self) -> None:
        if self.cursor is not None:
            _check_mark("cursor", self.cursor)


@dataclass(frozen=True, slots=True)
class LargeMessage:
    """An inbound message that is too large for memory: as RawMessage, but its bytes arrive in parts of 1 MiB at most.

    `parts` is taken once, in the order of the bytes, while `fetch` may be called again. It may raise SupplierUnavailable: then
    nothing of the message is kept, and `fetch` yields it again. It must raise that, too, where the message changed meanwhile.
    Without any part, the message turned out to be unfinished: nothing is kept, and `taken` is not called.
    `taken` is called in place of the transport's own `taken`, under the same rules.
    """

    name: str
    parts: AsyncIterator[bytes]
    taken: Callable[[], Awaitable[None]]
    content_type: str = ""


def _check_mark(what: str, mark: str) -> None:
    """Raises ValueError for a supplier's mark (a cursor, a token) that is empty, too long or not printable text."""
    if not 0 < len(mark) <= _LONGEST_MARK or not mark.isprintable():
        raise ValueError(f"the {what} {mark[:40]!r} is not 1 to {_LONGEST_MARK} printable characters")


@dataclass(frozen=True, slots=True)
class Undecided:
    """The supplier took a message and decides later whether it accepts it.

    It is asked under `token`, its own mark, at the earliest after `ask_after` seconds where it states that. Raises ValueError
    for a token that cannot be stored.
    """

    token: str
    ask_after: float | None = None

    def __post_init__(self) -> None:
        _check_mark("token", self.token)


NOT_FETCHED = "application/vnd.stockbridge.not-fetched"


def not_fetched(name: str, reason: str, cursor: str | None = None) -> RawMessage:
    """Returns what a mailbox yields in place of a file that it leaves there. It is kept once and quarantined for the reason."""
    return RawMessage(name, f"{name} stays in the mailbox: {reason}".encode(), NOT_FETCHED, cursor)


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """A supplier's answer about one line, with the references the supplier used. The exchange finds the line by them."""

    line_key: str | None
    order_number: str | None
    isbn: str
    action: LineAction | None = None
    status_code: str | None = None
    availability_code: str | None = None
    quantities: Quantities = field(default_factory=Quantities)
    available_on: date | None = None
    substitute_isbn: str | None = None
    copies: tuple[CopyReference, ...] = ()
    note: str = ""
    prices: tuple[StatedPrice, ...] = ()
    supplier_references: SupplierReferences | None = None
    offer_until: date | None = None
    claim: ClaimAnswer | None = None


@dataclass(frozen=True, slots=True)
class ResponseFact:
    """A supplier's answer to an order or to a part of one.

    `part` is the code of the place whose part of the order it answers. The exchange finds it in the order number.
    """

    order_number: str | None
    supplier_reference: str
    responded_at: datetime | None
    lines: tuple[LineAnswer, ...]
    account_stopped: bool = False
    part: str | None = None


@dataclass(frozen=True, slots=True)
class AdvisedLine:
    """Copies of one title in a parcel, with the references the supplier used."""

    line_key: str | None
    order_number: str | None
    isbn: str
    quantity: int
    copies: tuple[CopyReference, ...] = ()
    supplier_references: SupplierReferences | None = None


@dataclass(frozen=True, slots=True)
class AdvisedParcel:
    """One carton of a despatch. `deliver_to` is its own place, by code or GLN, where the despatch is for several places."""

    parcel_id: str
    lines: tuple[AdvisedLine, ...]
    deliver_to: str = ""
    deliver_to_kind: PlaceKind | None = None


@dataclass(frozen=True, slots=True)
class DespatchFact:
    """Goods on the way to one place, which is named by our code or by GLN. The exchange tells the two apart.

    A despatch for several places names the place of each parcel, and none (\"\") or a usual one here: the exchange divides it.
    """

    despatch_number: str
    despatched_on: date | None
    expected_on: date | None
    deliver_to: str
    deliver_to_kind: PlaceKind | None
    parcels: tuple[AdvisedParcel, ...]


@dataclass(frozen=True, slots=True)
class InvoiceFact:
    """An invoice or credit note. `buyer` is who is charged, as the supplier names it (GLN or account number).

    `total` is the payable amount in minor units, tax included. `doubts` are sentences about amounts that do not add up.
    `charges` are for no copy, such as postage on a line of its own. `taxes` is the tax of the whole at each rate, where it is
    stated: the order book compares it with the lines.
    """

    invoice_number: str
    credit: bool
    credits_invoice: str | None
    invoiced_on: date | None
    buyer: str
    currency: str
    total: int
    lines: tuple[InvoicedLine, ...]
    doubts: tuple[str, ...] = ()
    charges: tuple[InvoicedCharge, ...] = ()
    taxes: tuple[TaxAtRate, ...] = ()


@dataclass(frozen=True, slots=True)
class SelectionFact:
    """Titles selected on the supplier's side for a council. `buyer` is the council as the supplier names it."""

    selection_number: str
    buyer: str
    firm: bool
    lines: tuple[SelectedLine, ...]


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line that is open at the supplier. `quantity` is how many copies are still to come; None where it is not stated."""

    line_key: str | None
    order_number: str | None
    isbn: str
    quantity: int | None
    status_code: str | None = None
    copies: tuple[CopyReference, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenLinesFact:
    """All lines of one council that are open at the supplier at one moment. `buyer` is the council as the supplier names it."""

    buyer: str
    reported_at: datetime | None
    lines: tuple[OpenLine, ...]


@dataclass(frozen=True, slots=True)
class AcknowledgementFact:
    """Whether the supplier could read our message with this reference. It is no answer to the message's content."""

    reference: int
    accepted: bool
    text: str = ""


Fact = ResponseFact | DespatchFact | Record | InvoiceFact | SelectionFact | OpenLinesFact | AcknowledgementFact


@dataclass(frozen=True, slots=True)
class Reading:
    """The facts and findings of one raw message. No facts and an error finding: nothing in it could be understood.

    `kinds` holds the further kinds of a file in which several messages are of different kinds. `test`: nothing in it counts; what
    is a test beside something that counts is left out of the facts. `control_reference` and `sender` are the first that counts.
    """

    kind: Kind
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...] = ()
    test: bool = False
    control_reference: str = ""
    sender: str = ""
    kinds: frozenset[Kind] = frozenset()
