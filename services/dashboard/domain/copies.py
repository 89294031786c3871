"""Copies as events describe them, gathered over a batch: each copy once, with its latest state and its milestones. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from shared.contracts.orders import SUPPLIED, CopyProgress, CopyState


@dataclass(frozen=True, slots=True)
class CopyNews:
    """One copy as an event describes it. `title` is empty where the event has none; `version` is the order's."""

    copy_id: UUID
    council: str
    supplier_id: str
    order_id: UUID
    order_number: str
    line_key: str
    isbn: str
    title: str
    branch: str
    state: str
    reason: str
    expected_on: date | None
    changed_at: datetime
    version: int
    barcode: str | None = None
    ordered_at: datetime | None = None
    answered_at: datetime | None = None
    despatched_at: datetime | None = None
    received_at: datetime | None = None

    def joined(self, other: CopyNews) -> CopyNews:
        """Returns both as one: the state of the higher version (this one's where they are equal), the earliest milestones."""
        latest = self if other.version <= self.version else other
        return replace(
            latest,
            title=other.title or self.title,
            barcode=latest.barcode or self.barcode or other.barcode,
            ordered_at=_earliest(self.ordered_at, other.ordered_at),
            answered_at=_earliest(self.answered_at, other.answered_at),
            despatched_at=_earliest(self.despatched_at, other.despatched_at),
            received_at=_earliest(self.received_at, other.received_at),
        )


@dataclass(frozen=True, slots=True)
class OrderNews:
    """An order that was placed with a supplier."""

    order_id: UUID
    supplier_id: str
    council: str
    placed_at: datetime


# A supplier answers by one of these; what it despatches without a word is answered by that.
_ANSWERS = frozenset(
    {
        *(CopyState.ACCEPTED, CopyState.HELD, CopyState.BACK_ORDERED, CopyState.REFUSED),
        *(CopyState.DESPATCHED, CopyState.AT_HUB, CopyState.RECEIVED),
    }
)


def milestones(copy: CopyProgress, at: datetime) -> Mapping[str, datetime | None]:
    """Returns when a copy first was answered, despatched and received, as far as an event about it at that moment says."""
    moved = [(one.state, one.at) for one in copy.reached]
    if copy.to_state is not copy.from_state:
        moved.append((copy.to_state, at))

    def first(states: Collection[CopyState]) -> datetime | None:
        return min((when for state, when in moved if state in states), default=None)

    return {"answered_at": first(_ANSWERS), "despatched_at": first(SUPPLIED), "received_at": first({CopyState.RECEIVED})}


def _earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(filter(None, (one, other)), default=None)


class GatheredCopies:
    """Copies and placed orders of a batch of events. A copy has the state of its highest version, and a title if any has one."""

    def __init__(self) -> None:
        self._orders: dict[tuple[UUID, str], OrderNews] = {}
        self._latest: dict[UUID, CopyNews] = {}
        self._branches: dict[UUID, str] = {}

    def move(self, copy_id: UUID, branch: str) -> None:
        """Adds that a copy is for another branch from now on."""
        self._branches[copy_id] = branch

    def add(self, news: CopyNews) -> None:
        """Adds what an event says about a copy; of two events with the same version, the first counts."""
        known = self._latest.get(news.copy_id)
        self._latest[news.copy_id] = known.joined(news) if known else news

    def place(self, order: OrderNews) -> None:
        """Adds that an order was placed with a supplier."""
        self._orders[order.order_id, order.supplier_id] = order

    def all(self) -> Sequence[CopyNews]:
        """Returns each copy once."""
        return [replace(news, branch=self._branches.get(copy_id, news.branch)) for copy_id, news in self._latest.items()]

    @property
    def branches(self) -> Mapping[UUID, str]:
        """The branches of copies whose branch changed."""
        return self._branches

    @property
    def orders(self) -> Collection[OrderNews]:
        """Returns each placed order once for each of its suppliers."""
        return self._orders.values()
