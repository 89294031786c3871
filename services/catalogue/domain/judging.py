"""Judges the record of a book by the minimum of a council that ordered it. Pure: no table, no event."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.catalogue.domain.records import KeptRecord
from services.catalogue.domain.scoring import Minimum, Shortfall, score

MOST_SHORTFALLS = 5


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a council's minimum says of the record that gives most of a title. `version` grows with each change.

    `shortfalls` are the most costly ones, MOST_SHORTFALLS at most. `first_*`: whose record the council had first for the book,
    and since when; None where that was before it was kept.
    """

    isbn: str
    council: str
    supplier_id: str
    points: int
    pass_mark: int
    passes: bool
    shortfalls: tuple[Shortfall, ...]
    version: int
    judged_at: datetime
    first_supplier_id: str | None = None
    first_at: datetime | None = None


def judge(record: KeptRecord, minimum: Minimum, council: str, now: datetime) -> Judgement:
    """Returns the first judgement of a record by a council's minimum."""
    scored = score(record, minimum)
    return Judgement(
        isbn=record.isbn,
        council=council,
        supplier_id=record.supplier_id,
        points=scored.points,
        pass_mark=minimum.pass_mark,
        passes=scored.passes,
        shortfalls=scored.shortfalls[:MOST_SHORTFALLS],
        version=1,
        judged_at=now,
        first_supplier_id=record.supplier_id,
        first_at=now,
    )


def news(before: Judgement | None, new: Judgement) -> Judgement | None:
    """Returns the new judgement with its version; None where it says the same as the one before."""
    if before is None:
        return new
    version = before.version + 1
    new = replace(new, first_supplier_id=before.first_supplier_id, first_at=before.first_at)
    # All that is shown counts, the supplier and the pass mark too: an order's line must not name another supplier's record.
    same = replace(before, judged_at=new.judged_at, version=version) == replace(new, version=version)
    return None if same else replace(new, version=version)
