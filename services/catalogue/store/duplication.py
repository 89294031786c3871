"""Reads and writes how much cataloguing was done twice or saved, per day, as counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Row, cast, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain.duplication import Duplication, Tally, What, summed
from services.catalogue.store.quality_tables import DUPLICATION
from services.catalogue.store.sums import add_up, counted, note_counts
from shared.db.paging import in_order

_TOTALS = DUPLICATION.totals.c
_WHOLE = ("day", "supplier_id", "council")
_COUNTED = ("supplier_id", "council", "what", "nth", "times")


async def note_duplication(connection: AsyncConnection, tally: Tally) -> None:
    """Notes counts of a batch of records or orders, in rows of its own."""
    rows = [{**fact._asdict(), "times": times} for fact, times in tally.counts.items()]
    await note_counts(connection, DUPLICATION, rows)


async def add_up_duplication(connection: AsyncConnection, limit: int) -> tuple[int, list[tuple[date, Duplication]]]:
    """Adds what was noted first to the counts of its day.

    Returns how many rows these are, at most `limit`, and the counts that changed, each with its day.
    """
    taken, keys = await add_up(connection, DUPLICATION, limit)
    return taken, await _of(connection, list(dict.fromkeys(key[: len(_WHOLE)] for key in keys)))


async def duplication_between(
    connection: AsyncConnection, first: date, last: date, councils: Collection[str] | None
) -> list[Duplication]:
    """Returns the duplication of these days, both included, and councils (None: all), what still waits included."""
    both = counted(DUPLICATION, first, last)
    names = [both.c[name] for name in _COUNTED[:-1]]
    query = select(*names, cast(func.sum(both.c.times), BigInteger).label("times")).group_by(*names)
    if councils is not None:
        query = query.where(both.c.council.in_(councils))
    return summed(_counted(await connection.execute(query)))


async def duplication_after(
    connection: AsyncConnection, since: date | None, *, after: tuple[date, str, str] | None, limit: int
) -> list[tuple[date, Duplication]]:
    """Returns the next counts from a day on, each with its day; nobody adds to them until the transaction ends."""
    columns = tuple(_TOTALS[name] for name in _WHOLE)
    query = in_order(select(*columns).distinct(), columns, after=after, limit=limit)
    if since is not None:
        query = query.where(_TOTALS.day >= since)
    return await _of(connection, [tuple(row) for row in await connection.execute(query)])


async def _of(connection: AsyncConnection, wholes: Sequence[tuple[Any, ...]]) -> list[tuple[date, Duplication]]:
    """Returns the counts of these days, suppliers and councils, as they come; nobody adds to them until the transaction ends."""
    whole = tuple_(*(_TOTALS[name] for name in _WHOLE))
    query = select(_TOTALS.day, *(_TOTALS[name] for name in _COUNTED)).where(whole.in_(wholes)).with_for_update()
    by_day: defaultdict[date, list[Row[Any]]] = defaultdict(list)
    for row in await connection.execute(query):
        by_day[row.day].append(row)
    found = {(day, each.supplier_id, each.council): each for day, rows in by_day.items() for each in summed(_counted(rows))}
    return [(day, found[day, supplier_id, council]) for day, supplier_id, council in wholes]


def _counted(rows: Iterable[Row[Any]]) -> Iterable[tuple[str, str, What, int, int]]:
    return ((row.supplier_id, row.council, What(row.what), row.nth, row.times) for row in rows)
