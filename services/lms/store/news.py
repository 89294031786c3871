"""Events that wait for an order or for their other parts. They are kept as they arrived."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.store.post_tables import invoice_part, waiting_news
from shared.db.arrays import among
from shared.db.bulk import insert_new


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event, or the parts of one invoice, that waits for an order. `data` is one JSON object for each part."""

    event_id: UUID
    order_id: UUID
    council: str
    type: str
    data: Sequence[Mapping[str, Any]]
    arrived_at: datetime


async def let_wait(connection: AsyncConnection, waiting: Waiting) -> None:
    """Keeps an event until its order is known; one that waits already stays as it is."""
    row = {name: getattr(waiting, name) for name in Waiting.__slots__}
    await insert_new(connection, waiting_news, [row], returning=("seq",))


async def take_waiting(connection: AsyncConnection, order_ids: Collection[UUID]) -> list[Waiting]:
    """Removes what waits for these orders; returns it in the order in which it arrived."""
    if not order_ids:
        return []
    taken = delete(waiting_news).where(among(waiting_news.c.order_id, order_ids)).returning(waiting_news)
    rows = sorted((await connection.execute(taken)).all(), key=lambda row: row.seq)
    return [Waiting(*(getattr(row, name) for name in Waiting.__slots__)) for row in rows]


async def keep_part(
    connection: AsyncConnection, invoice_id: UUID, part: int, data: Mapping[str, Any], arrived_at: datetime
) -> None:
    """Keeps a part of an invoice until all of them are there."""
    row = {"invoice_id": invoice_id, "part": part, "data": data, "arrived_at": arrived_at}
    await insert_new(connection, invoice_part, [row], returning=("part",))


async def take_parts(connection: AsyncConnection, invoice_id: UUID, parts: int) -> list[Mapping[str, Any]] | None:
    """Removes and returns the parts of an invoice in their order, once all are there; None before."""
    c = invoice_part.c
    found = (await connection.execute(select(c.part, c.data).where(c.invoice_id == invoice_id).order_by(c.part))).all()
    if len(found) < parts:
        return None
    await connection.execute(delete(invoice_part).where(c.invoice_id == invoice_id))
    return [row.data for row in found]


async def oldest_waiting(connection: AsyncConnection) -> tuple[int, datetime | None]:
    """Returns how many events wait for an order, and invoices for their other parts; and since when the oldest does."""
    c = invoice_part.c
    in_parts = select(func.min(c.arrived_at).label("arrived_at")).group_by(c.invoice_id)
    waiting = union_all(select(waiting_news.c.arrived_at), in_parts).subquery()
    row = (await connection.execute(select(func.count(), func.min(waiting.c.arrived_at)).select_from(waiting))).one()
    return row[0], row[1]


_GIVE_UP = text(
    "DELETE FROM waiting_news WHERE seq IN (SELECT seq FROM waiting_news WHERE arrived_at < :before ORDER BY seq LIMIT :limit)"
)


async def give_up_news(connection: AsyncConnection, before: datetime, *, limit: int) -> int:
    """Removes events that have waited since before then, and parts of invoices; returns how many events."""
    await connection.execute(delete(invoice_part).where(invoice_part.c.arrived_at < before))
    return (await connection.execute(_GIVE_UP, {"before": before, "limit": limit})).rowcount
