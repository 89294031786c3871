"""Reads and writes how good suppliers' records are, per month, as counts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from sqlalchemy import BigInteger, cast, delete, func, select, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain.quality import Count, Tally
from services.catalogue.store.quality_tables import record_quality, waiting_quality

_KEYS = ("month", "supplier_id", "shortfall")
_COUNTS = ("records", "points", "passing")


async def note_quality(connection: AsyncConnection, tally: Tally) -> None:
    """Notes counts of a batch of records, in rows of its own."""
    rows = [{**dict(zip(_KEYS, keys, strict=True)), **asdict(count)} for keys, count in tally.counts.items()]
    if rows:
        await connection.execute(insert(waiting_quality), rows)


async def add_up_quality(connection: AsyncConnection, limit: int) -> int:
    """Adds what was noted first to the counts of its month; returns how many rows these are, at most `limit`."""
    first = select(waiting_quality.c.id).order_by(waiting_quality.c.id).limit(limit).with_for_update(skip_locked=True)
    taken = delete(waiting_quality).where(waiting_quality.c.id.in_(first)).returning(waiting_quality)
    rows = (await connection.execute(taken)).all()
    sums: dict[tuple[object, ...], Count] = {}
    for row in rows:
        count = sums.setdefault((row.month, row.supplier_id, row.shortfall), Count())
        count.records += row.records
        count.points += row.points
        count.passing += row.passing
    if sums:
        statement = insert(record_quality)
        added = {name: record_quality.c[name] + statement.excluded[name] for name in _COUNTS}
        # In their order, so that two that add to the same counts wait for each other and do not deadlock.
        new = [{**dict(zip(_KEYS, keys, strict=True)), **asdict(sums[keys])} for keys in sorted(sums, key=str)]
        await connection.execute(statement.on_conflict_do_update(index_elements=_KEYS, set_=added), new)
    return len(rows)


async def quality_of(connection: AsyncConnection, month: date) -> list[tuple[str, str, Count]]:
    """Returns supplier, shortfall and count of a month, what still waits included."""
    both = union_all(
        *(
            select(table.c.supplier_id, table.c.shortfall, *(table.c[name] for name in _COUNTS)).where(table.c.month == month)
            for table in (record_quality, waiting_quality)
        )
    ).subquery()
    sums = (cast(func.sum(both.c[name]), BigInteger) for name in _COUNTS)
    query = select(both.c.supplier_id, both.c.shortfall, *sums).group_by(both.c.supplier_id, both.c.shortfall)
    return [(supplier_id, code, Count(*counts)) for supplier_id, code, *counts in await connection.execute(query)]
