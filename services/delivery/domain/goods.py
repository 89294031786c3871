"""The terms of delivery: expected copies, consignments, their items, discrepancies, and refusals. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from shared.contracts.base import Place, PlaceKind
from shared.contracts.delivery import Leg, ServicingFault
from shared.contracts.stated import StatedItem
from shared.contracts.trials import TrialArm
from shared.errors import DomainError, Kind
from shared.which_copy import Marks


class GoodsState(StrEnum):
    """Where the goods for one expected copy are."""

    EXPECTED = "expected"
    DESPATCHED = "despatched"
    AT_HUB = "at_hub"
    RECEIVED = "received"
    MISSING = "missing"
    DAMAGED = "damaged"


# Missing and damaged goods may be replaced: such a copy waits for goods like a copy that was never despatched.
AWAITING_GOODS = frozenset({GoodsState.EXPECTED, GoodsState.MISSING, GoodsState.DAMAGED})


class ItemState(StrEnum):
    """State of one physical item of a consignment."""

    OUTSTANDING = "outstanding"
    RECEIVED = "received"
    DAMAGED = "damaged"
    MISSING = "missing"


class ConsignmentState(StrEnum):
    """State of a consignment. `closed`: nothing is outstanding, every item was received, arrived damaged, or is missing."""

    EXPECTED = "expected"
    PARTLY_RECEIVED = "partly_received"
    CLOSED = "closed"


class DiscrepancyKind(StrEnum):
    """How goods differ from what was ordered or advised. The first four are the kinds of `delivery.discrepancy.found.v1`."""

    SHORT = "short"
    SURPLUS = "surplus"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    # Published as `delivery.copy.misdirected.v1`: the copy has its goods, and nothing is owed.
    WRONG_PLACE = "wrong_place"
    # Published with the copy in `delivery.copies.received.v1`: it was received, and nothing is owed.
    SERVICING = "servicing"


@dataclass(frozen=True, slots=True)
class ExpectedCopy:
    """One ordered copy. `wanted` is false while it is cancelled or refused; `item_id` is the latest item advised for it.

    `substitute_isbn` is the book that the supplier announced instead of the ordered one: either may come. `deliver_to` is where
    it is unpacked by the council's delivery rules, or as the council asked (`deliver_to_asked`); None where nothing said so.
    `material` is None in copies that an earlier release added. `route_trial` is the trial of deliveries that drew its route, and
    its arm. `rotation_plan` is that by which it moves on from its branch.
    """

    copy_id: UUID
    council: str
    order_id: UUID
    order_number: str
    line_key: str
    isbn: str
    branch: Place
    supplier_id: str
    copy_number: int
    state: GoodsState = GoodsState.EXPECTED
    wanted: bool = True
    item_id: UUID | None = None
    fund: str = ""
    sequence: str = ""
    rotation_plan: str = ""
    barcode: str | None = None
    substitute_isbn: str | None = None
    deliver_to: Place | None = None
    deliver_to_asked: bool = False
    material: str | None = None
    route_trial: TrialArm | None = None
    # Right places of before its branch closed: the branches that it was for, and where it was to be unpacked.
    former_places: tuple[Place, ...] = ()
    # Branches where the council asked to unpack it, until each closed, though it was for another one.
    closed_places: tuple[Place, ...] = ()

    @property
    def marks(self) -> Marks:
        """What the copy can be recognised by in a supplier's notice."""
        former = tuple(place.code for place in self.former_places if place.kind is PlaceKind.BRANCH)
        return Marks(self.copy_number, self.branch.code, self.fund, self.sequence, self.barcode, former)

    def expected_instead(self, place: Place) -> Place | None:
        """Returns where its goods for a branch are expected that was right until it closed; None for any other place."""
        if place.kind is not PlaceKind.BRANCH or (self.deliver_to is not None and _same(place, self.deliver_to)):
            return None
        if any(_same(place, closed) for closed in self.closed_places):
            return self.deliver_to
        return self.branch if any(_same(place, former) for former in self.former_places) else None

    def is_misdirected(self, place: Place) -> bool:
        """Returns whether this copy was wanted at another place than `place`; False if neither rule nor council named one.

        Where a branch closed, the places of before are right, too: its supplier may not know of it yet.
        """
        right = (self.deliver_to, *self.former_places, *self.closed_places)
        return self.deliver_to is not None and not any(one is not None and _same(place, one) for one in right)


def _same(place: Place, other: Place) -> bool:
    return place.kind is other.kind and (place.code == other.code or place.gln == other.gln is not None)


@dataclass(frozen=True, slots=True)
class Item:
    """One physical item of a consignment; `copy` is absent for goods that were advised but match no expected copy.

    `stated` is what the supplier's notice states about it, beyond the marks by which it names it. `settled_at` and `settled_by`
    are of the receipt that gave it its state; None while it is outstanding, and for receipts of earlier releases.
    """

    item_id: UUID
    isbn: str
    parcel_id: str
    barcode: str | None
    copy: ExpectedCopy | None
    state: ItemState = ItemState.OUTSTANDING
    stated: StatedItem | None = None
    servicing: tuple[ServicingFault, ...] = ()
    settled_at: datetime | None = None
    settled_by: str | None = None

    @property
    def goes_on(self) -> str:
        """The plan by which the copy moves on from its branch: as the supplier states it, else as it was ordered; "" for none."""
        stated = "" if self.stated is None else self.stated.rotation_plan
        return stated or ("" if self.copy is None else self.copy.rotation_plan)

    @property
    def is_replaced(self) -> bool:
        """Whether other goods were advised for the copy since."""
        return self.copy is not None and self.copy.item_id != self.item_id


@dataclass(frozen=True, slots=True)
class Consignment:
    """What one place should receive of one despatch, for one council."""

    consignment_id: UUID
    council: str
    supplier_id: str
    despatch_number: str
    place: Place
    leg: Leg
    expected_on: date | None
    state: ConsignmentState
    created_at: datetime
    # The consignment in which its goods are expected since its branch closed.
    moved_to: UUID | None = None
    # When a receipt last changed it; None before the first one, and where only an earlier release had one.
    received_at: datetime | None = None
    # The first notice of it, as the supplier's exchange keeps it; None where an earlier release read it.
    message_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """How goods differ from the advice; `copy` is the copy concerned, where there is one.

    The supplier owes a copy that is short or damaged again. `servicing` is what is wrong with one that was received.
    """

    kind: DiscrepancyKind
    isbn: str
    quantity: int = 1
    copy: ExpectedCopy | None = None
    barcode: str | None = None
    note: str = ""
    servicing: tuple[ServicingFault, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """Fact: these items were added to a consignment and are on the way. `instead_of`: the one in which they were before."""

    consignment: Consignment
    items: tuple[Item, ...]
    instead_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """Fact: a place received these items."""

    consignment: Consignment
    items: tuple[Item, ...]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Fact: a discrepancy was found."""

    discrepancy_id: UUID
    consignment: Consignment
    discrepancy: Discrepancy
    found_at: datetime


Fact = Expected | Received | Found


class ConsignmentUnknown(DomainError):
    """No consignment of this council has the id."""

    def __init__(self) -> None:
        super().__init__("no-such-consignment", "There is no such consignment for this council.", Kind.NOT_FOUND)


class ItemUnknown(DomainError):
    """A receipt names an item that its consignment does not have."""

    def __init__(self, item_id: UUID) -> None:
        super().__init__("no-such-item", f"The consignment has no item {item_id}.", Kind.INVALID)


class ConsignmentMoved(DomainError):
    """The goods of a consignment are expected elsewhere, because its branch closed."""

    def __init__(self, place: Place, instead: Consignment) -> None:
        to = instead.place
        super().__init__(
            "consignment-moved",
            f"Branch {place.code} is closed: its goods are expected at {to.code}. Take them there, and scan them there in "
            f"consignment {instead.consignment_id}.",
            Kind.CONFLICT,
        )


class OrderNotProjected(DomainError):
    """Goods were advised for an order, or a line added to one, whose event has not arrived yet."""

    def __init__(self, names: str) -> None:
        super().__init__("order-not-projected", f"nothing is known yet of {names}", Kind.UNAVAILABLE)


class CouncilUnknown(DomainError):
    """A notice names no council, and no order for some of its items, so that their council is unknown."""

    def __init__(self, isbns: str) -> None:
        super().__init__("council-unknown", f"neither a council nor an order is named for {isbns}", Kind.INVALID)


class TooManyUnits(DomainError):
    """A notice advises more items than a despatch can hold."""

    def __init__(self, units: int, most: int) -> None:
        super().__init__("too-many-units", f"{units} items in one notice; it may have at most {most}", Kind.TOO_LARGE)


def leg_to(place: Place, copy: ExpectedCopy | None) -> Leg:
    """Returns the first leg of goods that a supplier sends to `place`.

    A branch that unpacks what the delivery rules wanted elsewhere sends it on to its own branch, as a hub does. Where no rule
    said anything, the goods of another branch stay: the supplier was asked to redirect them.
    """
    passes_through = copy is not None and copy.deliver_to is not None and copy.branch.code != place.code
    return Leg.TO_HUB if place.kind is PlaceKind.HUB or passes_through else Leg.DIRECT


def state_of(items: Iterable[Item]) -> ConsignmentState:
    """Returns the state of a consignment with `items`."""
    states = {item.state for item in items}
    if ItemState.OUTSTANDING not in states:
        return ConsignmentState.CLOSED
    return ConsignmentState.EXPECTED if states == {ItemState.OUTSTANDING} else ConsignmentState.PARTLY_RECEIVED


def with_more_goods(state: ConsignmentState) -> ConsignmentState:
    """Returns the state of a consignment in `state` once more goods are on the way in it."""
    return ConsignmentState.PARTLY_RECEIVED if state is ConsignmentState.CLOSED else state


def goods_state(state: ItemState, leg: Leg) -> GoodsState:
    """Returns where a copy's goods are when its item, in a consignment on `leg`, is in `state`."""
    if state is ItemState.RECEIVED:
        return GoodsState.AT_HUB if leg is Leg.TO_HUB else GoodsState.RECEIVED
    if state is ItemState.OUTSTANDING:
        return GoodsState.AT_HUB if leg is Leg.FROM_HUB else GoodsState.DESPATCHED
    return GoodsState.DAMAGED if state is ItemState.DAMAGED else GoodsState.MISSING
