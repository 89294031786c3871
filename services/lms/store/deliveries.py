"""Reads and writes attempts to send webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.domain.webhooks import Cause, Delivery, Outcome
from services.lms.store.own_tables import webhook_delivery
from shared.db.bulk import insert_many
from shared.db.paging import narrowed, newest_first

_C = webhook_delivery.c
_SELECTED = select(*(_C[field.name] for field in fields(Delivery)))


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which attempts a list contains; a field that is None does not narrow it."""

    webhook_endpoint_id: UUID
    outcome: Outcome | None = None
    kind: str | None = None


async def add_deliveries(connection: AsyncConnection, made: Sequence[Delivery]) -> None:
    """Writes attempts down."""
    await insert_many(connection, webhook_delivery, [asdict(each) for each in made])


async def list_deliveries(
    connection: AsyncConnection, wanted: DeliveryFilter, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Delivery]:
    """Lists the attempts of an endpoint, the last one first; `after` is where the page before ended."""
    filters = {_C.webhook_endpoint_id: wanted.webhook_endpoint_id, _C.outcome: wanted.outcome, _C.kind: wanted.kind}
    query: Select[Any] = narrowed(_SELECTED, filters)
    rows = await connection.execute(newest_first(query, (_C.at, _C.webhook_delivery_id), after=after, limit=limit))
    return [_delivery(row) for row in rows]


async def find_delivery(connection: AsyncConnection, endpoint_id: UUID, delivery_id: UUID) -> Delivery | None:
    """Returns one attempt of an endpoint."""
    query = _SELECTED.where(_C.webhook_endpoint_id == endpoint_id, _C.webhook_delivery_id == delivery_id)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _delivery(row)


async def remove_deliveries(connection: AsyncConnection, before: datetime, *, limit: int) -> int:
    """Removes attempts made before a moment, some at a time; returns how many."""
    old = select(_C.webhook_delivery_id).where(_C.at < before).limit(limit)
    return (await connection.execute(delete(webhook_delivery).where(_C.webhook_delivery_id.in_(old)))).rowcount


def _delivery(row: Row[Any]) -> Delivery:
    values = dict(row._mapping)
    return Delivery(**{**values, "cause": Cause(values["cause"]), "outcome": Outcome(values["outcome"])})
