"""Reads and writes the minimums that councils set."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain.minimums import SetMinimum, by_default
from services.catalogue.domain.scoring import Minimum
from services.catalogue.store.quality_tables import record_minimum
from shared.db.arrays import among

_C = record_minimum.c


async def keep_minimum(
    connection: AsyncConnection, council: str, own: Minimum | None, *, valid_from: date, by: str, now: datetime
) -> None:
    """Writes down a council's minimum from a day on; None returns to the default."""
    row = {"council": council, "valid_from": valid_from, "minimum": own, "set_by": by, "set_at": now}
    await connection.execute(insert(record_minimum).values(row))


async def minimums_in_force(connection: AsyncConnection, councils: Collection[str], today: date) -> dict[str, SetMinimum]:
    """Returns the minimum in force of each of these councils; that of a council that set none is the default."""
    query = select(record_minimum).where(among(_C.council, councils), _C.valid_from <= today)
    query = query.order_by(_C.council, _C.valid_from.desc(), _C.id.desc()).ext(distinct_on(_C.council))
    found = {row.council: _minimum(row) for row in await connection.execute(query)}
    return {council: found.get(council) or by_default(council) for council in councils}


async def minimums_after(connection: AsyncConnection, council: str, today: date) -> list[SetMinimum]:
    """Returns every minimum of a council that begins after today."""
    query = select(record_minimum).where(_C.council == council, _C.valid_from > today).order_by(_C.id)
    return [_minimum(row) for row in await connection.execute(query)]


def _minimum(row: Row[tuple[object, ...]]) -> SetMinimum:
    return SetMinimum(row.id, row.council, row.valid_from, row.minimum, row.set_by, row.set_at)
