"""Reads and writes how good suppliers' records are, per month, as counts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain.quality import Count, Tally
from services.catalogue.store.quality_tables import QUALITY
from services.catalogue.store.sums import add_up, counted, note_counts


async def note_quality(connection: AsyncConnection, tally: Tally) -> None:
    """Notes counts of a batch of records, in rows of its own."""
    rows = [{**dict(zip(QUALITY.keys, keys, strict=True)), **asdict(count)} for keys, count in tally.counts.items()]
    await note_counts(connection, QUALITY, rows)


async def add_up_quality(connection: AsyncConnection, limit: int) -> int:
    """Adds what was noted first to the counts of its month; returns how many rows these are, at most `limit`."""
    taken, _ = await add_up(connection, QUALITY, limit)
    return taken


async def quality_of(connection: AsyncConnection, month: date) -> list[tuple[str, str, Count]]:
    """Returns supplier, shortfall and count of a month, what still waits included."""
    both = counted(QUALITY, month, month)
    sums = (cast(func.sum(both.c[name]), BigInteger) for name in QUALITY.counts)
    query = select(both.c.supplier_id, both.c.shortfall, *sums).group_by(both.c.supplier_id, both.c.shortfall)
    return [(supplier_id, code, Count(*counts)) for supplier_id, code, *counts in await connection.execute(query)]
