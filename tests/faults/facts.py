"""What the LMS and suppliers saw, and what the databases contain, once a system is at rest. Only data; ids are texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.lms.orders import CopyKey


@dataclass(frozen=True, slots=True)
class BookedOrder:
    """An order in the order book."""

    order_id: str
    number: str


@dataclass(frozen=True, slots=True)
class BookedCopy:
    """A copy in the order book."""

    copy_id: str
    line_key: str
    copy_number: int
    key: CopyKey
    supplier: str
    state: str


@dataclass(frozen=True, slots=True)
class SwitchedCopy:
    """A copy of a switch in the order book: its stage, and the copy that was placed with the second supplier instead.

    `by_person`: a person stated the first supplier's cancellation.
    """

    copy_id: str
    stage: str
    replaced_by: str | None = None
    by_person: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A copy's change of state in the timeline of orders. `event_id` is the event that caused it."""

    event_id: str
    copy_id: str
    from_state: str
    to_state: str


@dataclass(frozen=True, slots=True)
class Application:
    """The transaction in which orders applied an event to an order."""

    event_id: str
    order_id: str
    transaction: str


@dataclass(frozen=True, slots=True)
class Taking:
    """One request that a supplier accepted as a new order, with its line keys, from the supplier's own records."""

    supplier: str
    request: str
    line_keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Goods:
    """One item in a consignment, from delivery's tables."""

    consignment_id: str
    copy_id: str | None
    leg: str
    state: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a supplier's exchange."""

    supplier: str
    message_id: str
    kind: str
    state: str
    order_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class BookedInvoice:
    """An invoice or a credit note in the order book, with the codes of its queries and the lines that it is about.

    `credits_invoice`: the number of the invoice that a credit note names.
    """

    number: str
    state: str
    queries: frozenset[str]
    line_keys: frozenset[str]
    credits_invoice: str | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge of a copy in the order book. One that was given back in full does not stand."""

    copy_id: str
    stands: bool


@dataclass(frozen=True, slots=True)
class OutboxEvent:
    """An event in a service's outbox."""

    service: str
    event_id: str
    type: str
    topic: str
    key: str
    sent: bool
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToldMove:
    """A move of a copy as the feed of a council tells it. `from_state` is empty where the feed was built again."""

    copy_id: str
    from_state: str
    to_state: str


@dataclass(frozen=True, slots=True)
class ToldGoods:
    """Goods of a copy as the feed tells them: expected or received, with their consignment."""

    kind: str
    consignment_id: str
    copy_id: str


@dataclass(frozen=True, slots=True)
class Told:
    """The feeds of all councils: moves and goods in their order, and what is wrong with the positions."""

    moves: tuple[ToldMove, ...]
    goods: tuple[ToldGoods, ...]
    holes: tuple[str, ...]
    waiting: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the checker compares.

    `accepted`: numbers of orders answered 201. `scanned`: the state in which the LMS last saw each copy it unpacked.
    `shipped`, `let_go`: (line key, copy number) of copies that suppliers report as sent, and of those whose cancellation they
    confirmed. `asking`: keys of lines that ask a person. `invoiced`: the numbers of the invoices and credit
    notes that the bookseller sent; where there is one, it sent one for whatever it sent. `whereabouts`, `shown`: state of each
    copy by its id in delivery and on the dashboard. `told`: what the feeds for councils' LMS say. `handled`: ids of the events
    that each consumer handled.
    """

    accepted: frozenset[str]
    scanned: Mapping[CopyKey, str]
    takings: tuple[Taking, ...]
    shipped: frozenset[tuple[str, int]]
    let_go: frozenset[tuple[str, int]]
    invoiced: frozenset[str]
    orders: tuple[BookedOrder, ...]
    copies: tuple[BookedCopy, ...]
    switched: tuple[SwitchedCopy, ...]
    asking: frozenset[str]
    moves: tuple[Move, ...]
    applications: tuple[Application, ...]
    invoices: tuple[BookedInvoice, ...]
    charges: tuple[Charge, ...]
    goods: tuple[Goods, ...]
    discrepancies: tuple[str, ...]
    whereabouts: Mapping[str, str]
    shown: Mapping[str, str]
    told: Told
    messages: tuple[Message, ...]
    events: tuple[OutboxEvent, ...]
    handled: Mapping[str, frozenset[str]]
    dead_letters: tuple[str, ...]
