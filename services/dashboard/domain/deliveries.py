"""Deliveries as the delivery service answers them, and what pages say about them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import TypeVar
from uuid import UUID

from services.dashboard.domain.needs import Urgency
from services.dashboard.domain.pages import Shape, Verdict
from shared.contracts.delivery import ServicingKind
from shared.wording import counted

Thing = TypeVar("Thing")
Key = TypeVar("Key", str, tuple[str, ...])

SERVICING: Mapping[str, str] = {
    ServicingKind.SPINE_LABEL: "spine label",
    ServicingKind.TAG: "tag (RFID)",
    ServicingKind.JACKET: "jacket",
    ServicingKind.STAMP: "stamp",
    ServicingKind.BARCODE_LABEL: "barcode label",
    ServicingKind.OTHER: "something else",
}
# What became of an item: words, and how their tag looks.
STATES: Mapping[str, tuple[str, str]] = {
    "outstanding": ("to come", ""),
    "received": ("received", "good"),
    "damaged": ("damaged", "bad"),
    "missing": ("missing", "bad"),
}
# What became of a consignment.
PROGRESS: Mapping[str, tuple[str, str]] = {
    "expected": ("on the way", ""),
    "partly_received": ("partly unpacked", "warn"),
    "closed": ("all accounted for", "good"),
}


class Due(StrEnum):
    """Which consignments a page lists."""

    OPEN = "open"
    LATE = "late"
    TODAY = "today"
    ARRIVED = "arrived"


DUE: Mapping[Due, str] = {
    Due.OPEN: "everything on the way",
    Due.LATE: "late",
    Due.TODAY: "due today",
    Due.ARRIVED: "arrived today",
}


class Where(Shape):
    """A branch or hub."""

    code: str
    name: str = ""

    @property
    def called(self) -> str:
        """Its name; its code where nobody gave it one."""
        return self.name or self.code


class Arrivals(Where):
    """How many consignments a place expects or unpacked today, by one part of the way."""

    leg: str
    late: int
    due_today: int
    later: int
    arrived_today: int

    @property
    def open(self) -> int:
        """Consignments of which something is still to arrive."""
        return self.late + self.due_today + self.later


class Today(Shape):
    """What each place of a council expects on a day."""

    day: date
    places: Sequence[Arrivals]


class Fault(Shape):
    """One thing wrong with the servicing of a copy."""

    kind: str
    note: str = ""

    @property
    def words(self) -> str:
        """What is wrong."""
        named = SERVICING.get(self.kind, self.kind.replace("_", " "))
        return f"{named}: {self.note}" if self.note else named


class Item(Shape):
    """One physical item of a consignment."""

    item_id: UUID
    isbn: str
    parcel_id: str
    barcode: str | None
    state: str
    copy_id: UUID | None
    order_id: UUID | None
    order_number: str | None
    line_key: str | None
    branch: str | None
    sequence: str | None
    servicing: Sequence[Fault] = ()
    settled_at: datetime | None = None
    settled_by: str | None = None


class PlacedItem(Item):
    """An item with the consignment that it is in."""

    consignment_id: UUID
    supplier_id: str
    despatch_number: str
    place: Where
    leg: str


class Goods(Shape):
    """How many items are in each state."""

    outstanding: int
    received: int
    damaged: int
    missing: int

    @property
    def all(self) -> int:
        """Every item."""
        return self.outstanding + self.received + self.damaged + self.missing


class Consignment(Shape):
    """What one place should receive of one despatch."""

    consignment_id: UUID
    supplier_id: str
    despatch_number: str
    place: Where
    leg: str
    state: str
    expected_on: date | None
    created_at: datetime
    received_at: datetime | None
    moved_to_consignment_id: UUID | None
    message_id: UUID | None
    goods: Goods


class Noted(Shape):
    """One line of a consignment's history."""

    noted_at: datetime
    actor: str
    action: str
    detail: str


class WholeConsignment(Consignment):
    """A consignment with its items and its history."""

    copies: Sequence[Item]
    history: Sequence[Noted]

    @property
    def parcels(self) -> Sequence[tuple[str, Sequence[Item]]]:
        """Its items by parcel."""
        return _grouped(self.copies, lambda item: item.parcel_id)


class Difference(Shape):
    """How goods differed from the advice."""

    discrepancy_id: UUID
    kind: str
    isbn: str
    quantity: int
    copy_id: UUID | None
    barcode: str | None
    note: str
    servicing: Sequence[Fault] = ()
    found_at: datetime


class Scanned(Shape):
    """What a scanned code is, and what to do."""

    kind: str
    outcome: str
    advice: str
    goods: Sequence[PlacedItem]


def by_parcel(items: Sequence[PlacedItem]) -> Sequence[tuple[str, Sequence[PlacedItem]]]:
    """Returns items by parcel; those of two despatches are never in one."""
    grouped = _grouped(items, lambda item: (item.despatch_number, str(item.consignment_id), item.parcel_id))
    return [(inside[0].parcel_id, inside) for _, inside in grouped]


def _grouped(items: Sequence[Thing], key: Callable[[Thing], Key]) -> list[tuple[Key, list[Thing]]]:
    return [(found, list(inside)) for found, inside in groupby(sorted(items, key=key), key=key)]


def query_of(due: Due, day: date) -> dict[str, str]:
    """Returns how the delivery service is asked for the consignments that are so on a day."""
    tomorrow = (day + timedelta(days=1)).isoformat()
    match due:
        case Due.OPEN:
            return {"is_open": "true"}
        case Due.LATE:
            return {"is_open": "true", "expected_before": day.isoformat()}
        case Due.TODAY:
            return {"is_open": "true", "expected_from": day.isoformat(), "expected_before": tomorrow}
        case Due.ARRIVED:
            return {"received_from": day.isoformat()}


def verdict_on_today(places: Sequence[Arrivals]) -> Verdict:
    """Says what is late and what comes today."""
    late, due = sum(place.late for place in places), sum(place.due_today for place in places)
    open_ = sum(place.open for place in places)
    if late:
        more = f", and {due} more due today" if due else ""
        advice = "Open the late ones: if the goods are there, receive them; if not, ask the supplier where they are."
        return Verdict(Urgency.TODAY, f"{counted(late, 'delivery')} late{more}", advice)
    if due:
        advice = "When a van comes, choose Receive beside its place and scan what is in it."
        return Verdict(None, f"{counted(due, 'delivery')} due today, none late", advice)
    return Verdict(None, f"No delivery is late or due today, {open_} on the way" if open_ else "Nothing is on the way", "")


def verdict_on(consignment: WholeConsignment, today: date) -> Verdict:
    """Says how far a consignment is, and what to do."""
    goods, where = consignment.goods, consignment.place.called
    if consignment.moved_to_consignment_id is not None:
        return Verdict(
            Urgency.TODAY, f"{where} closed: these goods are expected elsewhere", "Open the other delivery, and scan there."
        )
    if not goods.outstanding:
        wrong = goods.damaged + goods.missing
        line = f"All of {counted(goods.all, 'item')} accounted for at {where}"
        return Verdict(None, f"{line}, {wrong} missing or damaged" if wrong else line, "")
    line = f"{goods.outstanding} of {counted(goods.all, 'item')} still to come to {where}"
    if consignment.expected_on is not None and consignment.expected_on < today:
        advice = (
            "If the goods are there, receive them. If not, ask the supplier, or finish the parcel: what is missing is claimed."
        )
        return Verdict(Urgency.TODAY, f"Late: {line}", advice)
    return Verdict(None, line, "Receive it when it comes: scan its parcels or books.")
