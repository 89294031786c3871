"""Copies as events describe them, gathered over a batch: each copy once, with its latest state. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID


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


class GatheredCopies:
    """The copies of a batch of events. A copy has the state of its highest version, and a title if any event has one."""

    def __init__(self) -> None:
        self._latest: dict[UUID, CopyNews] = {}
        self._branches: dict[UUID, str] = {}

    def move(self, copy_id: UUID, branch: str) -> None:
        """Adds that a copy is for another branch from now on."""
        self._branches[copy_id] = branch

    def add(self, news: CopyNews) -> None:
        """Adds what an event says about a copy; of two events with the same version, the first counts."""
        known = self._latest.setdefault(news.copy_id, news)
        latest = known if news.version <= known.version else news
        self._latest[news.copy_id] = replace(latest, title=news.title or known.title)

    def all(self) -> Sequence[CopyNews]:
        """Returns each copy once."""
        return [replace(news, branch=self._branches.get(copy_id, news.branch)) for copy_id, news in self._latest.items()]

    @property
    def branches(self) -> Mapping[UUID, str]:
        """The branches of copies whose branch changed."""
        return self._branches
