"""What people do about things that wait: who took one, until when it is not shown, and notes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.dashboard.domain.work import WorkItem
from shared.errors import DomainError, Kind

# As the services have it for reasons.
SHORTEST_REASON = 3


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


def kept_words(words: str, *, shortest: int = 1) -> str:
    """Returns what a person wrote, without space around it. Raises DomainError (422) for too little to be read later."""
    kept = words.strip()
    if len(kept) < shortest:
        raise DomainError("not-readable", "Write what a colleague is to read about it later, and try again.", Kind.INVALID)
    return kept


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
    """A thing on the list, with what people did about it.

    `waits` is false for one that was settled; `changed` is true for one that is no longer what the person ticked.
    """

    work: WorkItem
    handled: Handled
    waits: bool = True
    changed: bool = False
    notes: Sequence[Note] = ()
