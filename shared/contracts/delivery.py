"""Events of delivery: what a place should receive, what it received, and how the two differ."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Event, Place, RouteKind, Topic
from shared.contracts.stated import StatedItem
from shared.contracts.switches import SwitchChanged
from shared.contracts.trials import TrialArm, TrialTerms


def despatch_key(supplier_id: str, despatch_number: str) -> str:
    """Returns the key of every delivery event. Both legs of a despatch share it and stay in order; each is a consignment."""
    return f"{supplier_id}/{despatch_number}"


class Leg(StrEnum):
    """The part of the route that a consignment covers."""

    DIRECT = "direct"
    TO_HUB = "to_hub"
    FROM_HUB = "from_hub"


class ServicingKind(StrEnum):
    """The part of a shelf-ready copy's servicing that was found wrong, or not done."""

    SPINE_LABEL = "spine_label"
    # The RFID tag or security strip.
    TAG = "tag"
    JACKET = "jacket"
    STAMP = "stamp"
    BARCODE_LABEL = "barcode_label"
    OTHER = "other"


class ServicingFault(Contract):
    """One thing wrong with the servicing of a copy that was received all the same."""

    kind: ServicingKind = Field(description="Which part of the servicing is wrong or missing", examples=["spine_label"])
    note: str = Field(
        default="", description='What is wrong with it, as the person wrote; "" for nothing', examples=["label upside down"]
    )


class ConsignedCopy(Contract):
    """One copy as delivery knows it."""

    copy_id: UUID
    order_id: UUID
    line_key: str
    isbn: str
    branch: str = Field(description="Destination: where the copy will be shelved")
    barcode: str | None = None
    parcel_id: str = ""
    route_trial: TrialArm | None = Field(
        default=None, description="The trial of deliveries that drew the copy's route when it was ordered; null where none did"
    )
    sequence: str = Field(default="", description="Collection within the branch, as it was ordered")
    rotation_plan: str = Field(
        default="", description="Plan by which it moves on from its branch: as the supplier states it, else as it was ordered"
    )
    stated: StatedItem | None = Field(
        default=None, description="What the supplier's notice states about the copy; null where it states nothing"
    )
    servicing: tuple[ServicingFault, ...] = Field(
        default=(), description="What the place that received it found wrong with its servicing; only in receipts"
    )


class ConsignmentExpected(Event):
    """A consignment is on the way to one place and contains these copies."""

    event_type: ClassVar[str] = "delivery.consignment.expected.v1"
    topic: ClassVar[Topic] = Topic.DELIVERY
    owner: ClassVar[str] = "delivery"
    consumers: ClassVar[tuple[str, ...]] = ("orders", "dashboard", "evidence", "lms")

    consignment_id: UUID
    supplier_id: str
    despatch_number: str
    place: Place
    leg: Leg
    expected_on: date | None = None
    copies: tuple[ConsignedCopy, ...]
    instead_of: UUID | None = Field(
        default=None,
        description="The consignment in which these copies were expected until its branch closed; null where in none",
    )

    def key(self) -> str:
        return despatch_key(self.supplier_id, self.despatch_number)


class CopiesReceived(Event):
    """A place scanned copies in: the hub (they are sent on) or the branch (they have arrived)."""

    event_type: ClassVar[str] = "delivery.copies.received.v1"
    topic: ClassVar[Topic] = Topic.DELIVERY
    owner: ClassVar[str] = "delivery"
    consumers: ClassVar[tuple[str, ...]] = ("orders", "dashboard", "evidence", "lms")

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
    consumers: ClassVar[tuple[str, ...]] = ("orders", "dashboard", "evidence", "lms")

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


# What read models call goods at another place than ordered, in lists of discrepancies.
WRONG_PLACE = "wrong_place"


class CopyMisdirected(Event):
    """A copy's goods were advised for another place than the council's delivery rules said. They travel on to its branch.

    In the list of discrepancies it is `wrong_place`. The copy is not reopened: its goods are on the way.
    """

    event_type: ClassVar[str] = "delivery.copy.misdirected.v1"
    topic: ClassVar[Topic] = Topic.DELIVERY
    owner: ClassVar[str] = "delivery"
    consumers: ClassVar[tuple[str, ...]] = ("dashboard", "evidence", "lms")

    discrepancy_id: UUID
    consignment_id: UUID
    supplier_id: str
    despatch_number: str
    place: Place = Field(description="Where the goods were advised for")
    deliver_to: Place = Field(description="Where they should have been unpacked")
    consigned_copy: ConsignedCopy
    note: str
    found_at: datetime

    def key(self) -> str:
        return despatch_key(self.supplier_id, self.despatch_number)


class DeliveryRuleChanged(Event):
    """A council added a rule that says by which route goods reach its branches, or ended one.

    It is never changed otherwise, but that open copies may follow it no more.
    """

    event_type: ClassVar[str] = "delivery.rule.changed.v1"
    topic: ClassVar[Topic] = Topic.DELIVERY
    owner: ClassVar[str] = "delivery"
    consumers: ClassVar[tuple[str, ...]] = ("orders", "evidence")

    rule_id: UUID
    supplier_id: str | None = Field(default=None, description="Null: any supplier that offers the route")
    branch: str | None = Field(default=None, description="Null: any branch")
    material: str | None = Field(default=None, description="Null: any material")
    valid_from: date = Field(description="First day on which the rule applies")
    valid_to: date | None = Field(default=None, description="First day on which it no longer applies")
    pilot: bool = Field(default=False, description="Whether the rule is part of a trial")
    route: RouteKind
    hub: Place | None = Field(default=None, description="Where to unpack; null for `direct`")
    reason: str = Field(default="", description="Why the council made the rule")
    open_copies_follow: bool = Field(
        default=False,
        description="Whether copies that are open once it applies are unpacked by it, too: a switch of the route made it",
    )
    trial: TrialTerms | None = Field(
        default=None,
        description="How its trial draws; null for a live rule and for a pilot rule of an earlier release, which serve all of it",
    )

    def key(self) -> str:
        return f"rule/{self.rule_id}"


class DeliverySwitchChanged(SwitchChanged):
    """A council planned that goods of a scope take another route, or that switch came to another state.

    `from_supplier` is the supplier whose goods they are; null: any that offers the route. `to_supplier` is always null.
    """

    event_type: ClassVar[str] = "delivery.switch.changed.v1"
    topic: ClassVar[Topic] = Topic.DELIVERY
    owner: ClassVar[str] = "delivery"
    consumers: ClassVar[tuple[str, ...]] = ("evidence", "lms")

    route: RouteKind
    hub: Place | None = Field(default=None, description="Where to unpack; null for `direct`")
