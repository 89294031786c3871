"""Reads and writes requests for records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, select, tuple_
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain.asking import ASK_AGAIN_AFTER, MOST_ASKS, Ask
from services.catalogue.store.tables import ask, title
from shared.contracts.trials import arm_or_none
from shared.db.paging import in_order

_TRIAL = ("trial", "arm")
_ASKED = (ask.c.isbn, ask.c.supplier_id, ask.c.council, ask.c.trial, ask.c.arm)


async def note_asks(connection: AsyncConnection, asks: Sequence[Ask], now: datetime) -> list[Ask]:
    """Writes down requests for records; returns those to publish: the ones not made within the last day."""
    if not asks:
        return []
    statement = insert(ask)
    due = statement.on_conflict_do_update(
        index_elements=[ask.c.isbn, ask.c.supplier_id],
        set_={"asked_at": now, "times": ask.c.times + 1, **{name: _of_its_council(statement, name) for name in _TRIAL}},
        where=ask.c.asked_at <= now - ASK_AGAIN_AFTER,
    )
    rows = await connection.execute(due.returning(*_ASKED), [_row(one, now) for one in asks])
    return [_ask(row) for row in rows]


def _row(one: Ask, now: datetime) -> dict[str, Any]:
    drawn = {"trial": None, "arm": None} if one.trial is None else {"trial": one.trial.trial, "arm": one.trial.arm.value}
    return {"isbn": one.isbn, "supplier_id": one.supplier_id, "council": one.council, "asked_at": now, "times": 1, **drawn}


def _ask(row: Row[Any]) -> Ask:
    return Ask(row.isbn, row.supplier_id, row.council, arm_or_none(row.trial, row.arm))


def _of_its_council(statement: Insert, name: str) -> ColumnElement[Any]:
    """Returns the value to keep: a row is on behalf of its first council, and other councils' trials say nothing of it."""
    return case((ask.c.council == statement.excluded.council, statement.excluded[name]), else_=ask.c[name])


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
    rows = await connection.execute(change.returning(*_ASKED))
    return [_ask(row) for row in rows]


async def suppliers_asked(connection: AsyncConnection, isbn: str) -> list[str]:
    """Returns the suppliers that were asked for a record of an ISBN."""
    return list(
        (await connection.execute(select(ask.c.supplier_id).where(ask.c.isbn == isbn).order_by(ask.c.supplier_id))).scalars()
    )


async def asks_after(
    connection: AsyncConnection, since: datetime | None, *, after: tuple[str, str] | None, limit: int
) -> list[tuple[Ask, datetime]]:
    """Returns the next requests, each with when it was made last; nobody makes them again until the transaction ends."""
    query = in_order(select(*_ASKED, ask.c.asked_at), (ask.c.isbn, ask.c.supplier_id), after=after, limit=limit)
    if since is not None:
        query = query.where(ask.c.asked_at >= since)
    return [(_ask(row), row.asked_at) for row in await connection.execute(query.with_for_update(read=True))]
