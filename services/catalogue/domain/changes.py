"""The order in which readers get changed titles, and which titles a reader gets. Pure: no table, no event.

A change is numbered by the transaction that made it. Only changes before the oldest transaction that still runs are settled: no
other can ever be added before them, so a reader that goes only that far skips nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.catalogue.domain.items import NO_HOLDINGS, Holdings
from services.catalogue.domain.merging import Title


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in the order of changes: after the title `isbn` that transaction `position` changed."""

    position: int
    isbn: str


START = Place(0, "")


@dataclass(frozen=True, slots=True)
class Frontier:
    """How far changes are settled: those of transactions before `position`.

    `history` names the numbering: it is another one where a database was restored, and then places of the old one mean nothing.
    """

    history: str
    position: int

    @property
    def place(self) -> Place:
        """The place after every settled change."""
        return Place(self.position, "")


@dataclass(frozen=True, slots=True)
class Span:
    """The changes after one place, up to and with another."""

    after: Place
    until: Place


@dataclass(frozen=True, slots=True)
class Readership:
    """Which titles a reader gets: those that its council ordered; all, where there is none.

    Also limits them, where stated, to those that one supplier gave the words of, or that changed at or after `since` and before
    `before`.
    """

    council: str | None
    supplier_id: str | None = None
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChangedTitle:
    """A title as a reader gets it. `changed_at` is when it changed for this reader: a council's order is a change, too."""

    place: Place
    title: Title
    changed_at: datetime
    holdings: Holdings = NO_HOLDINGS
