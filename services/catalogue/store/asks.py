"""Reads and writes requests for records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain.asking import ASK_AGAIN_AFTER, MOST_ASKS, Ask
from services.catalogue.store.tables import ask, title


async def note_asks(connection: AsyncConnection, asks: Sequence[Ask], now: datetime) -> list[Ask]:
    """Writes down requests for records; returns those to publish: the ones not made within the last day."""
    if not asks:
        return []
    statement = insert(ask)
    due = statement.on_conflict_do_update(
        index_elements=[ask.c.isbn, ask.c.supplier_id],
        set_={"asked_at": now, "times": ask.c.times + 1},
        where=ask.c.asked_at <= now - ASK_AGAIN_AFTER,
    )
    made = due.returning(ask.c.isbn, ask.c.supplier_id, ask.c.council)
    rows = await connection.execute(made, [{**asdict(one), "asked_at": now, "times": 1} for one in asks])
    return [Ask(*row) for row in rows]


async def note_repeated_asks(connection: AsyncConnection, now: datetime, limit: int) -> list[Ask]:
    """Keeps that suppliers are asked again: not within a day, fewer than MOST_ASKS times, and only while there is no title."""
    answered = select(title.c.isbn).where(title.c.isbn == ask.c.isbn).exists()
    waiting = (ask.c.asked_at <= now - ASK_AGAIN_AFTER) & (ask.c.times < MOST_ASKS) & ~answered
    due = (
        select(ask.c.isbn, ask.c.supplier_id)
        .where(waiting)
        .order_by(ask.c.asked_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    change = ask.update().where(tuple_(ask.c.isbn, ask.c.supplier_id).in_(due)).values(asked_at=now, times=ask.c.times + 1)
    rows = await connection.execute(change.returning(ask.c.isbn, ask.c.supplier_id, ask.c.council))
    return [Ask(*row) for row in rows]


async def suppliers_asked(connection: AsyncConnection, isbn: str) -> list[str]:
    """Returns the suppliers that were asked for a record of an ISBN."""
    return list(
        (await connection.execute(select(ask.c.supplier_id).where(ask.c.isbn == isbn).order_by(ask.c.supplier_id))).scalars()
    )
