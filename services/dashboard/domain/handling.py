"""What people do about things that wait: who took one, until when it is not shown, and notes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.dashboard.domain.work import WorkItem


class Whose(StrEnum):
    """Which things a list has, by what people do about them. Those that are put off are in a list of their own."""

    ANYBODY = "anybody"
    MINE = "mine"
    NOBODY = "nobody"
    SNOOZED = "snoozed"


WHOSE_IN_WORDS = {
    Whose.ANYBODY: "Everybody's",
    Whose.MINE: "What I took",
    Whose.NOBODY: "What nobody took",
    Whose.SNOOZED: "What is put off",
}


@dataclass(frozen=True, slots=True)
class Note:
    """What a person wrote about a thing."""

    written_at: datetime
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Handled:
    """What people did about one thing."""

    taken_by: str | None = None
    taken_name: str = ""
    taken_at: datetime | None = None
    snoozed_until: date | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SeenItem:
    """A thing on the list, with what people did about it. `waits` is false for one that was settled."""

    work: WorkItem
    handled: Handled
    waits: bool = True
    notes: Sequence[Note] = ()
