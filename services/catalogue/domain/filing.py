"""Files of records for councils' mailboxes: when they are due, and which records one has. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.catalogue.domain.changes import ChangedTitle, Frontier, Place

MOST_BYTES = 300_000
"""Bytes of one file. In base 64 it fits into an event with room to spare; a record has 99,999 at most."""


@dataclass(frozen=True, slots=True)
class Wish:
    """When a council wants files: at `hour` of these days, Monday 1. Without days it wants none.

    `only_passing`: without records below the council's minimum. They follow when they pass.
    """

    days: frozenset[int]
    hour: int
    only_passing: bool


@dataclass(frozen=True, slots=True)
class Filing:
    """A council's files. `place` is how far they are, in the numbering `history`, and `reached_at` when they got there.

    `turn_on` is the last day whose files are complete.
    """

    council: str
    wish: Wish
    history: str
    place: Place
    reached_at: datetime
    file_number: int
    turn_on: date | None
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """A changed title, and its record in ISO 2709."""

    changed: ChangedTitle
    raw: bytes


def wanted(filing: Filing, changed: ChangedTitle) -> bool:
    """Returns whether a council wants the record of a title in its files."""
    judgement = changed.holdings.judgement
    return not filing.wish.only_passing or judgement is None or judgement.passes


def first_file(written: Iterable[Written]) -> list[Written]:
    """Returns as many records as one file holds."""
    chosen: list[Written] = []
    size = 0
    for each in written:
        size += len(each.raw)
        if chosen and size > MOST_BYTES:
            break
        chosen.append(each)
    return chosen


def moved(filing: Filing, place: Place, settled: Frontier, at: datetime, *, filed: bool, complete_on: date | None) -> Filing:
    """Returns the state after a file, or after titles without one; `complete_on`: the day, if nothing is left of it."""
    return replace(
        filing,
        history=settled.history,
        place=place,
        reached_at=at,
        file_number=filing.file_number + filed,
        turn_on=complete_on or filing.turn_on,
    )
