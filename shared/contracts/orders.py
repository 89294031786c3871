"""Events of orders: what was ordered, what is to be cancelled, and how copies progressed."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Event, Money, Place, Topic
from shared.contracts.rules import SupplierRuleChanged
from shared.contracts.stated import ItemData, SupplierReferences
from shared.contracts.switches import SwitchChanged
from shared.contracts.trials import TrialArm


class CopyState(StrEnum):
    """The state of one physical copy. The copy is the unit of truth."""

    ORDERED = "ordered"
    SENT = "sent"
    ACCEPTED = "accepted"
    HELD = "held"
    BACK_ORDERED = "back_ordered"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    DESPATCHED = "despatched"
    AT_HUB = "at_hub"
    RECEIVED = "received"
    MISSING = "missing"
    DAMAGED = "damaged"


# Copies in these states have left the supplier.
SUPPLIED = frozenset({CopyState.DESPATCHED, CopyState.AT_HUB, CopyState.RECEIVED})
# No goods are expected for copies in these states.
GIVEN_UP = frozenset({CopyState.REFUSED, CopyState.CANCELLED})


class OrderedCopy(Contract):
    """One physical book for one branch."""

    copy_id: UUID
    copy_number: int = Field(ge=1, description="Number within the line, 1 for the first; GIR set 001 on the wire")
    branch: Place
    fund: str
    sequence: str = Field(default="", description="Collection within the branch, e.g. ANF")
    shelfmark: str = ""
    servicing: tuple[str, ...] = Field(default=(), description="BIC servicing codes, e.g. BC, BJ")
    item: ItemData | None = None
    deliver_to: Place | None = Field(
        default=None,
        description="Where to unpack it, by the council's delivery rules when it was ordered, or as it asked; null where neither "
        "said so",
    )
    deliver_to_asked: bool = Field(
        default=False, description="Whether the council named `deliver_to` in its order: then no delivery rule overrules it"
    )
    route_trial: TrialArm | None = Field(
        default=None, description="The trial of deliveries that drew its route; null where none did; not the line's `trial`"
    )


class OrderedLine(Contract):
    """One title on an order, served by one supplier."""

    line_key: str = Field(description="Our reference on the wire, at most 22 characters of A-Z0-9-, never reused")
    line_number: int = Field(ge=1)
    supplier_id: str
    isbn: str = Field(description="ISBN-13; the EAN (GTIN-13) of an article whose material is not a book")
    title: str = ""
    author: str = ""
    material: str = Field(default="book", description="Kind of material, in the words that sourcing rules use")
    unit_price: Money | None = None
    quote_reference: str = Field(default="", description="The supplier's reference of the selection line ordered here (RFF+QLI)")
    copies: tuple[OrderedCopy, ...]
    supplier_references: SupplierReferences | None = Field(default=None, description="What the supplier called the line before")
    trial: TrialArm | None = Field(default=None, description="The trial that chose the supplier; null where none did")
    replaces: str | None = Field(
        default=None, description="Key of the line whose copies these are instead of, at another supplier"
    )


class OrderedLines(Event):
    """What events that order lines have in common: consumers do the same with the lines of each."""

    order_id: UUID
    order_number: str = Field(description="The council's own order number")
    placed_at: datetime
    lines: tuple[OrderedLine, ...]
    rush: bool = Field(default=False, description="Whether the council wants it sooner than usual")

    @property
    def ordered_at(self) -> datetime:
        """When these lines were ordered."""
        return self.placed_at

    def key(self) -> str:
        return str(self.order_id)


class OrderPlaced(OrderedLines):
    """A council's order was accepted and stored; each supplier's exchange sends the lines that name its supplier."""

    event_type: ClassVar[str] = "orders.order.placed.v1"
    topic: ClassVar[Topic] = Topic.ORDERS
    owner: ClassVar[str] = "orders"
    consumers: ClassVar[tuple[str, ...]] = ("suppliers", "delivery", "catalogue", "dashboard", "evidence", "lms")


class LinesAdded(OrderedLines):
    """Lines were added to an order, with another supplier, for copies that their first supplier will not supply.

    Consumers do what they do with the lines of a placed order. The order and its number stay the same.
    """

    event_type: ClassVar[str] = "orders.lines.added.v1"
    topic: ClassVar[Topic] = Topic.ORDERS
    owner: ClassVar[str] = "orders"
    consumers: ClassVar[tuple[str, ...]] = ("suppliers", "delivery", "catalogue", "dashboard", "evidence", "lms")

    added_at: datetime
    reason: str = Field(description="Why, in words")

    @property
    def ordered_at(self) -> datetime:
        """When these lines were ordered."""
        return self.added_at


class CancelledLine(Contract):
    """The copies of one line that the council no longer wants."""

    line_key: str
    supplier_id: str
    copy_ids: tuple[UUID, ...]


class CancellationRequested(Event):
    """A council asked to cancel copies whose order was already sent; the supplier still has to answer."""

    event_type: ClassVar[str] = "orders.cancellation.requested.v1"
    topic: ClassVar[Topic] = Topic.ORDERS
    owner: ClassVar[str] = "orders"
    consumers: ClassVar[tuple[str, ...]] = ("suppliers", "dashboard", "evidence", "lms")

    order_id: UUID
    order_number: str
    requested_at: datetime
    reason: str
    lines: tuple[CancelledLine, ...]
    still_wanted: bool | None = Field(
        default=None,
        description="Whether the council wants the books all the same, from another supplier; null where that was not stated",
    )

    def key(self) -> str:
        return str(self.order_id)


class ReroutedLine(Contract):
    """Copies of one line that are to be unpacked at another place than was said before."""

    line_key: str
    supplier_id: str
    deliver_to: Place
    copy_ids: tuple[UUID, ...]


class MovedLine(Contract):
    """Copies of one line that are for another branch from now on, because the one that they were for is closed."""

    line_key: str
    supplier_id: str
    branch: Place = Field(description="The branch that took over; the copies are shelved there")
    former: tuple[Place, ...] = Field(
        min_length=1,
        description="The branches that they were for before, the first one first: suppliers may go on naming any of them",
    )
    deliver_to: Place | None = Field(default=None, description="Where they are unpacked; null where no delivery rule said so")
    copy_ids: tuple[UUID, ...]


class RouteChanged(Event):
    """Open copies of an order follow a delivery rule, or a branch that took over: they go to another place from now on.

    At most 1000 copies; an order with more has several such events. Of two places of a copy, the one of the highest version of
    the order counts. Copies of `moved` and `unpacked` are in `lines` too where their supplier is to deliver them elsewhere than
    it was told.
    """

    event_type: ClassVar[str] = "orders.route.changed.v1"
    topic: ClassVar[Topic] = Topic.ORDERS
    owner: ClassVar[str] = "orders"
    consumers: ClassVar[tuple[str, ...]] = ("suppliers", "delivery", "dashboard", "evidence", "lms")

    order_id: UUID
    order_number: str
    changed_at: datetime
    reason: str = Field(description="Why, in words")
    lines: tuple[ReroutedLine, ...] = Field(description="One for each line and place")
    moved: tuple[MovedLine, ...] = Field(default=(), description="Copies of a closed branch: one for each line and branch")
    unpacked: tuple[ReroutedLine, ...] = Field(
        default=(),
        description="Copies of other branches that a council asked to unpack at a closed one, also those on the way: the branch "
        "that took over unpacks them. One for each line and place",
    )

    def key(self) -> str:
        return str(self.order_id)


class StateReached(Contract):
    """When a copy first moved to a state."""

    state: CopyState
    at: datetime


class CopyProgress(Contract):
    """One copy moved from one state to another."""

    copy_id: UUID
    copy_number: int
    branch: str
    from_state: CopyState
    to_state: CopyState
    cause: str = Field(description="What changed the state: an event type, or an action of the API")
    reason: str = Field(default="", description="The supplier's code, or the reason that a person gave")
    expected_on: date | None = None
    barcode: str | None = Field(default=None, description="Barcode of the copy, once the supplier or a branch has given it one")
    promised_on: date | None = Field(
        default=None, description="The first expected day that was stated; null where none was, or before it was kept"
    )
    sequence: str = Field(default="", description="Collection within the branch, as it was ordered")
    rotation_plan: str = Field(
        default="", description="Plan by which it moves on from its branch: as the supplier states it, else as it was ordered"
    )
    reached: tuple[StateReached, ...] = Field(
        default=(), description="Every state that the copy moved to, where the event is published again; else empty"
    )


class LineProgressed(Event):
    """Copies of a line have news (state, barcode, expected day), each with its cause, or a person must decide something else."""

    event_type: ClassVar[str] = "orders.line.progressed.v1"
    topic: ClassVar[Topic] = Topic.ORDERS
    owner: ClassVar[str] = "orders"
    consumers: ClassVar[tuple[str, ...]] = ("catalogue", "dashboard", "delivery", "suppliers", "evidence", "lms")

    order_id: UUID
    order_number: str
    line_key: str
    supplier_id: str
    isbn: str
    progressed_at: datetime
    substitute_isbn: str | None = Field(default=None, description="Book that the supplier announced instead of the ordered one")
    copies: tuple[CopyProgress, ...] = Field(description="The copies that changed; empty where only the decision did")
    attention: str | None = Field(
        default=None, description="What a person must decide about the line now, empty for nothing; null: as before"
    )

    def key(self) -> str:
        return str(self.order_id)


class SourcingRuleChanged(SupplierRuleChanged):
    """A council added a rule that says which supplier it orders from, or ended one. A rule is never changed otherwise."""

    event_type: ClassVar[str] = "orders.rule.changed.v1"
    topic: ClassVar[Topic] = Topic.ORDERS
    owner: ClassVar[str] = "orders"
    consumers: ClassVar[tuple[str, ...]] = ("catalogue", "evidence")


class OrderingSwitchChanged(SwitchChanged):
    """A council planned a switch of its ordering to another supplier, or the switch came to another state."""

    event_type: ClassVar[str] = "orders.switch.changed.v1"
    topic: ClassVar[Topic] = Topic.ORDERS
    owner: ClassVar[str] = "orders"
    consumers: ClassVar[tuple[str, ...]] = ("evidence", "lms")
