"""Counts how good suppliers' records are, per month. Pure: no table, no event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from services.catalogue.domain.scoring import Score

WHOLE = ""
"""Stands in place of the code of a shortfall where all records are counted."""


@dataclass(slots=True)
class Count:
    """Records, the sum of their scores, and how many of them pass."""

    records: int = 0
    points: int = 0
    passing: int = 0


@dataclass(frozen=True, slots=True)
class SupplierQuality:
    """How good one supplier's records of a month are: all of them, and by shortfall those that have it."""

    supplier_id: str
    whole: Count
    shortfalls: dict[str, int] = field(default_factory=dict)


class Tally:
    """Adds up the scores of records: per month (its first day), supplier and shortfall, and of all records as WHOLE."""

    def __init__(self) -> None:
        self.counts: defaultdict[tuple[date, str, str], Count] = defaultdict(Count)

    def add(self, day: date, supplier_id: str, score: Score) -> None:
        """Counts one record that arrived on a day."""
        month = day.replace(day=1)
        for code in (WHOLE, *(shortfall.code for shortfall in score.shortfalls)):
            count = self.counts[month, supplier_id, code]
            count.records += 1
            count.points += score.points
            count.passing += score.passes


def by_supplier(counts: Iterable[tuple[str, str, Count]]) -> list[SupplierQuality]:
    """Returns the quality of each supplier's records, from counts with their supplier and shortfall; sorted by supplier."""
    wholes: dict[str, Count] = {}
    shortfalls: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for supplier_id, code, count in counts:
        if code == WHOLE:
            wholes[supplier_id] = count
        else:
            shortfalls[supplier_id][code] = count.records
    return [SupplierQuality(supplier_id, wholes[supplier_id], shortfalls[supplier_id]) for supplier_id in sorted(wholes)]
