"""An order and what belongs to it, as the services that own it answer. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from services.dashboard.domain.pages import Shape
from shared.contracts.base import Money
from shared.contracts.orders import SUPPLIED, CopyState


class PlaceSeen(Shape):
    """A branch or hub."""

    code: str
    name: str = ""
    kind: str = "branch"

    @property
    def named(self) -> str:
        """Its name, else its code."""
        return self.name or self.code


class CostSeen(Shape):
    """What an invoice charges for a copy, or a credit note gives back."""

    invoice_id: UUID
    invoice_number: str
    credit: bool
    invoiced_on: date
    currency: str
    total: int


class CopySeen(Shape):
    """One copy of a line."""

    copy_id: UUID
    copy_number: int
    isbn: str
    branch: str
    branch_name: str
    deliver_to: PlaceSeen | None = None
    fund: str
    state: CopyState
    expected_on: date | None = None
    barcode: str | None = None
    cancel_requested: bool = False
    replaces_copy_id: UUID | None = None
    costs: Sequence[CostSeen] = ()

    @property
    def paid(self) -> Money | None:
        """What it cost so far, credits taken off; None where nothing was charged."""
        if not self.costs:
            return None
        return Money(minor=sum(cost.total for cost in self.costs), currency=self.costs[0].currency)

    @property
    def through_hub(self) -> bool:
        """Whether it goes through a hub, as far as is known."""
        return self.state is CopyState.AT_HUB or (self.deliver_to is not None and self.deliver_to.kind == "hub")

    @property
    def can_be_moved(self) -> bool:
        """Whether another supplier can be asked for it."""
        return self.state not in SUPPLIED


class OfferSeen(Shape):
    """What a supplier offers instead of what was ordered."""

    isbn: str | None = None
    title: str | None = None
    price: Money | None = None
    until: date | None = None
    ordered_isbn: str
    ordered_price: Money | None = None


class DecisionSeen(Shape):
    """What a line asks of a person."""

    decision_id: UUID
    line_key: str
    supplier_id: str
    kind: str
    state: str
    question: str
    offer: OfferSeen | None = None
    asked_at: datetime | None = None
    message_id: UUID | None = None
    answers: Sequence[str] = ()
    calls: Sequence[str] = ()

    @property
    def is_open(self) -> bool:
        """Whether it still waits."""
        return self.state == "open"

    @property
    def asked(self) -> str:
        """The question without what is only for programs: the paths of calls, and the mark in front."""
        text = self.question.partition("decide with POST")[0].rstrip(" ,:")
        text = text.removesuffix("then").rstrip(" ,")
        mark, found, rest = text.partition(": ")
        plain = rest if found and mark in ("Switch", "Route", "Offer", "Enquiry", "Chased") else text
        return plain.partition("POST /v1/")[0].rstrip(" ,:;") or plain


class ShortfallSeen(Shape):
    """What a record lacks."""

    reason: str


class RecordSeen(Shape):
    """How good the record of a book is."""

    supplier_id: str
    score: int
    pass_mark: int
    passes: bool
    shortfalls: Sequence[ShortfallSeen] = ()


class LineSeen(Shape):
    """One title of an order, at one supplier."""

    line_number: int
    line_key: str
    supplier_id: str
    isbn: str
    ordered_isbn: str
    title: str
    author: str
    material: str
    attention: str
    unit_price: Money | None = None
    decisions: Sequence[DecisionSeen] = ()
    record: RecordSeen | None = None
    replaces_line_key: str | None = None
    copies: Sequence[CopySeen] = ()

    @property
    def open_decisions(self) -> Sequence[DecisionSeen]:
        """What waits for a person."""
        return [decision for decision in self.decisions if decision.is_open]


class EntrySeen(Shape):
    """One entry of the order book's timeline."""

    noted_at: datetime
    line_key: str | None = None
    copy_id: UUID | None = None
    from_state: CopyState | None = None
    to_state: CopyState | None = None
    cause: str
    reason: str
    actor: str


class OrderSeen(Shape):
    """An order as the order book has it."""

    order_id: UUID
    order_number: str
    council: str
    version: int
    placed_at: datetime
    placed_by: str
    rush: bool
    lines: Sequence[LineSeen]
    timeline: Sequence[EntrySeen]

    @property
    def supplier_ids(self) -> Sequence[str]:
        """Its suppliers, each once."""
        return list(dict.fromkeys(line.supplier_id for line in self.lines))

    @cached_property
    def copies(self) -> Mapping[UUID, tuple[LineSeen, CopySeen]]:
        """Its copies by id, each with its line."""
        return {copy.copy_id: (line, copy) for line in self.lines for copy in line.copies}

    @property
    def states(self) -> frozenset[CopyState]:
        """The states in which any of its copies is."""
        return frozenset(copy.state for _, copy in self.copies.values())

    def reached(self, copy_id: UUID) -> Mapping[CopyState, datetime]:
        """Returns when a copy last came to each state that it was in."""
        return {CopyState.ORDERED: self.placed_at, **self._moved.get(copy_id, {})}

    @cached_property
    def _moved(self) -> Mapping[UUID, Mapping[CopyState, datetime]]:
        """When copies last came to their states: of an order with many copies, each would be looked for in a long timeline."""
        moved: defaultdict[UUID, dict[CopyState, datetime]] = defaultdict(dict)
        for entry in self.timeline:
            if entry.copy_id is not None and entry.to_state is not None:
                moved[entry.copy_id][entry.to_state] = entry.noted_at
        return moved


class EnquirySeen(Shape):
    """What a supplier was asked about copies of an order."""

    supplier_id: str
    state: str
    attempt: int
    reason: str
    last_asked_at: datetime
    next_on: date | None = None
    copies: Sequence[EnquiredCopySeen] = ()


class EnquiredCopySeen(Shape):
    """A copy that a supplier was asked about."""

    copy_id: UUID
    outcome: str


class MessageSeen(Shape):
    """A message of an exchange that touches the order."""

    message_id: UUID
    supplier_id: str
    direction: str
    kind: str
    state: str
    reason: str
    name: str = ""
    created_at: datetime
    sent_at: datetime | None = None


class ItemSeen(Shape):
    """One item of a consignment."""

    copy_id: UUID | None = None
    order_id: UUID | None = None
    line_key: str | None = None
    parcel_id: str = ""
    state: str


class HistorySeen(Shape):
    """One line of a consignment's history."""

    noted_at: datetime
    actor: str
    action: str
    detail: str


class ConsignmentSeen(Shape):
    """Goods of the order on their way to one place."""

    consignment_id: UUID
    supplier_id: str
    despatch_number: str
    place: PlaceSeen
    leg: str
    state: str
    expected_on: date | None = None
    created_at: datetime
    copies: Sequence[ItemSeen] = ()
    history: Sequence[HistorySeen] = ()


class FileSeen(Shape):
    """A file of a library system's mailbox that is about the order."""

    message_id: UUID
    mailbox_id: str
    direction: str
    kind: str
    name: str
    created_at: datetime


class SupplierSeen(Shape):
    """A supplier that an order can be placed with."""

    supplier_id: str
    name: str
    takes_cancellations: bool | None = None
