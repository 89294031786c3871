"""Puts trends together from what was counted by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.trends import Counts, Trend, spans_until, trends_of
from services.dashboard.store import trends
from shared.clock import Clock


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which trends: of a council or all (none), of a supplier or all, over so many days."""

    council: str | None
    supplier_id: str | None
    length: int


@dataclass(frozen=True, slots=True)
class SeenTrends:
    """The pictures, and by which councils and suppliers they may be narrowed."""

    trends: Sequence[Trend]
    councils: Sequence[str]
    suppliers: Sequence[str]


async def read_trends(connection: AsyncConnection, wanted: Wanted, clock: Clock, *, all_of: str | None) -> SeenTrends:
    """Returns the trends until today. `all_of`: the council that the person may see, none for all."""
    today = clock.today()
    first = today - timedelta(days=2 * wanted.length - 1)
    of = (connection, wanted.council, wanted.supplier_id)
    counted = await trends.counts_between(*of, before=first, spans=spans_until(today, wanted.length))
    waiting = await trends.waiting_before(*of, first=first)
    councils, suppliers = await trends.counted_names(connection, all_of)
    counts = Counts(counted, today=today, length=wanted.length, waiting=waiting)
    return SeenTrends(trends_of(counts), councils, suppliers)
