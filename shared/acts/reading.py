"""Finds what people did: the queries of `GET /v1/acts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.paging import narrowed, newest_first
from shared.messaging.tables import act


@dataclass(frozen=True, slots=True)
class ActFilter:
    """Which acts to list; a value that is None does not filter. `council` is that of the caller."""

    council: str | None = None
    actor: str | None = None
    kind: str | None = None
    thing: str | None = None
    operation: str | None = None
    acted_from: datetime | None = None
    acted_before: datetime | None = None


async def list_acts(
    connection: AsyncConnection, wanted: ActFilter, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[RowMapping]:
    """Returns acts, the newest first; `after` is the time and id of the previous page's last one."""
    c = act.c
    equal = {c.council: wanted.council, c.actor: wanted.actor, c.kind: wanted.kind, c.thing: wanted.thing}
    query = narrowed(select(act), {**equal, c.operation: wanted.operation})
    if wanted.acted_from is not None:
        query = query.where(c.acted_at >= wanted.acted_from)
    if wanted.acted_before is not None:
        query = query.where(c.acted_at < wanted.acted_before)
    page = newest_first(query, (c.acted_at, c.act_id), after=after, limit=limit)
    rows: Sequence[RowMapping] = (await connection.execute(page)).mappings().all()
    return rows
