"""Reads and writes webhook endpoints. Who may change one, and when, is decided above."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.domain.webhooks import DisabledWhy, Endpoint, Standing
from services.lms.store.own_tables import webhook_endpoint
from services.lms.store.tables import feed
from shared.db.arrays import among
from shared.db.paging import in_order

_C = webhook_endpoint.c
_STANDING = [field.name for field in fields(Standing)]
_OWN = [field.name for field in fields(Endpoint) if field.name != "standing"]
SELECTED = select(*(_C[name] for name in (*_OWN, *_STANDING)))


async def add_endpoint(connection: AsyncConnection, values: Mapping[str, object]) -> Endpoint:
    """Writes a new endpoint, which is active; returns it."""
    new = {**values, **columns_of(Standing()), "version": 1}
    rows = await connection.execute(insert(webhook_endpoint).values(new).returning(*SELECTED.selected_columns))
    return endpoint_of(rows.one())


async def count_endpoints(connection: AsyncConnection, council: str) -> int:
    """Returns how many endpoints a council has."""
    query = select(func.count()).select_from(webhook_endpoint).where(_C.council == council)
    return int((await connection.execute(query)).scalar_one())


async def find_endpoint(
    connection: AsyncConnection, endpoint_id: UUID, council: str | None = None, *, lock: bool = False
) -> Endpoint | None:
    """Returns an endpoint, of one council unless `council` is None; with `lock`, nobody else changes it in this transaction."""
    query: Select[Any] = SELECTED.where(_C.webhook_endpoint_id == endpoint_id)
    if council is not None:
        query = query.where(_C.council == council)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if row is None else endpoint_of(row)


async def list_endpoints(
    connection: AsyncConnection, council: str, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Endpoint]:
    """Lists a council's endpoints, the oldest first; `after` is where the page before ended."""
    query = in_order(SELECTED.where(_C.council == council), (_C.created_at, _C.webhook_endpoint_id), after=after, limit=limit)
    return [endpoint_of(row) for row in await connection.execute(query)]


async def change_endpoint(connection: AsyncConnection, endpoint_id: UUID, values: Mapping[str, object]) -> Endpoint:
    """Changes columns of an endpoint, which gets its next version; returns it."""
    changed = update(webhook_endpoint).where(_C.webhook_endpoint_id == endpoint_id).values({**values, "version": _C.version + 1})
    return endpoint_of((await connection.execute(changed.returning(*SELECTED.selected_columns))).one())


async def move_endpoint(connection: AsyncConnection, endpoint_id: UUID, epoch: UUID, position: int) -> None:
    """Notes up to where everything was taken; the endpoint's version stays."""
    moved = update(webhook_endpoint).where(_C.webhook_endpoint_id == endpoint_id)
    await connection.execute(moved.values(epoch=epoch, position=position))


async def due_endpoints(connection: AsyncConnection, now: datetime, *, busy: Collection[int], limit: int) -> Sequence[Endpoint]:
    """Returns endpoints for which there is something to send now, those that failed last, and of these the least late last.

    `busy` are the numbers of those that are left out. Another epoch than the feed's means that it was rebuilt.
    """
    behind = (feed.c.last > _C.position) | (feed.c.epoch != _C.epoch)
    is_due = func.coalesce(_C.next_try_at, now) <= now
    query = SELECTED.join(feed, feed.c.council == _C.council).where(_C.disabled_at.is_(None), is_due, behind)
    query = query.where(~among(_C.number, busy)).order_by(_C.next_try_at.nulls_first(), _C.number).limit(limit)
    return [endpoint_of(row) for row in await connection.execute(query)]


async def count_by_state(connection: AsyncConnection) -> Mapping[str, int]:
    """Returns how many endpoints fail, and how many are disabled."""
    failing = func.count().filter(_C.disabled_at.is_(None), _C.failures > 0)
    row = (await connection.execute(select(failing, func.count(_C.disabled_at)))).one()
    return {"failing": row[0], "disabled": row[1]}


async def delete_endpoint(connection: AsyncConnection, endpoint_id: UUID) -> None:
    """Removes an endpoint with its deliveries."""
    await connection.execute(delete(webhook_endpoint).where(_C.webhook_endpoint_id == endpoint_id))


def columns_of(standing: Standing) -> dict[str, object]:
    """Returns the columns that say how an endpoint does."""
    return asdict(standing)


def endpoint_of(row: Row[Any]) -> Endpoint:
    """Returns the endpoint of a row of `SELECTED`."""
    values = dict(row._mapping)
    why = values["disabled_why"]
    stated = {name: values[name] for name in _STANDING} | {"disabled_why": None if why is None else DisabledWhy(why)}
    own = {name: values[name] for name in _OWN} | {"kinds": tuple(values["kinds"])}
    return Endpoint(**own, standing=Standing(**stated))
