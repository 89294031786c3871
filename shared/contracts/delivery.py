"""Events of delivery: what a place should receive, what it received, and how the two differ."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Event, Place, Topic


def despatch_key(supplier_id: str, despatch_number: str) -> str:
    """Returns the key of every delivery event. Both legs of a despatch share it and stay in order; each is a consignment."""
    return f"{supplier_id}/{despatch_number}"


class Leg(StrEnum):
    """The part of the route that a consignment covers."""

    DIRECT = "direct"
    TO_HUB = "to_hub"
    FROM_HUB = "from_hub"


class ConsignedCopy(Contract):
    """One copy as delivery knows it."""

    copy_id: UUID
    order_id: UUID
    line_key: str
    isbn: str
    branch: str = Field(description="Destination: where the copy will be shelved")
    barcode: str | None = None
    parcel_id: str = ""


class ConsignmentExpected(Event):
    """A consignment is on the way to one place and contains these copies."""

    event_type: ClassVar[str] = "delivery.consignment.expected.v1"
    topic: ClassVar[Topic] = Topic.DELIVERY
    owner: ClassVar[str] = "delivery"
    consumers: ClassVar[tuple[str, ...]] = ("orders", "dashboard", "evidence")

    consignment_id: UUID
    supplier_id: str
    despatch_number: str
    place: Place
    leg: Leg
    expected_on: date | None = None
    copies: tuple[ConsignedCopy, ...]

    def key(self) -> str:
        return despatch_key(self.supplier_id, self.despatch_number)


class CopiesReceived(Event):
    """A place scanned copies in: the hub (they are sent on) or the branch (they have arrived)."""

    event_type: ClassVar[str] = "delivery.copies.received.v1"
    topic: ClassVar[Topic] = Topic.DELIVERY
    owner: ClassVar[str] = "delivery"
    consumers: ClassVar[tuple[str, ...]] = ("orders", "dashboard", "evidence")

    consignment_id: UUID
    supplier_id: str
    despatch_number: str
    place: Place
    leg: Leg
    received_at: datetime
    copies: tuple[ConsignedCopy, ...]

    def key(self) -> str:
        return despatch_key(self.supplier_id, self.despatch_number)


class DiscrepancyKind(StrEnum):
    """How goods differ from what was advised."""

    SHORT = "short"
    SURPLUS = "surplus"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"


class DiscrepancyFound(Event):
    """Goods differ from what was advised. If a copy is named, the copy is reopened; otherwise staff must look into it."""

    event_type: ClassVar[str] = "delivery.discrepancy.found.v1"
    topic: ClassVar[Topic] = Topic.DELIVERY
    owner: ClassVar[str] = "delivery"
    consumers: ClassVar[tuple[str, ...]] = ("orders", "dashboard", "evidence")

    discrepancy_id: UUID
    consignment_id: UUID
    supplier_id: str
    despatch_number: str
    kind: DiscrepancyKind
    isbn: str = ""
    quantity: int = 1
    consigned_copy: ConsignedCopy | None = Field(default=None, description="The copy concerned, where known")
    note: str = ""
    found_at: datetime

    def key(self) -> str:
        return despatch_key(self.supplier_id, self.despatch_number)
