"""Reads and writes requests for records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, case, exists, select, tuple_, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain.asking import ASK_AGAIN_AFTER, MOST_ASKS, Ask, AskedFor
from services.catalogue.store.switch_tables import asked_for
from services.catalogue.store.tables import ask, title
from shared.contracts.trials import TrialArm, arm_or_none
from shared.db.bulk import replace_many
from shared.db.locks import lock_names
from shared.db.paging import in_order

_TRIAL = ("trial", "arm")
_KEY = ("isbn", "supplier_id", "council", "branch", "material")
# A request that nobody waits for any more is on behalf of whoever orders the book next, and not of the council that left.
_TAKING = ("isbn", "supplier_id", "council", *_TRIAL)
_TAKEN_OVER = (
    update(ask)
    .where(ask.c.isbn == bindparam("of_isbn"), ask.c.supplier_id == bindparam("of_supplier_id"), ask.c.left_at.is_not(None))
    .values(left_at=None, **{name: bindparam(f"of_{name}") for name in _TAKING[2:]})
)
_ASKED = (ask.c.isbn, ask.c.supplier_id, ask.c.council, ask.c.trial, ask.c.arm)


async def note_asks(connection: AsyncConnection, asks: Sequence[Ask], now: datetime) -> list[Ask]:
    """Writes down requests for records; returns those to publish: the ones not made within the last day."""
    if not asks:
        return []
    rows = [_row(one, now) for one in asks]
    await connection.execute(_TAKEN_OVER, [{f"of_{name}": row[name] for name in _TAKING} for row in rows])
    statement = insert(ask)
    due = statement.on_conflict_do_update(
        index_elements=[ask.c.isbn, ask.c.supplier_id],
        set_={"asked_at": now, "times": ask.c.times + 1, **{name: _of_its_council(statement, name) for name in _TRIAL}},
        where=ask.c.asked_at <= now - ASK_AGAIN_AFTER,
    )
    return [_ask(row) for row in await connection.execute(due.returning(*_ASKED), rows)]


async def note_asked_for(connection: AsyncConnection, asked: Sequence[AskedFor]) -> None:
    """Writes down for whom suppliers are asked; of what is known already, the trial of its day."""
    rows = {tuple(getattr(each, name) for name in _KEY): each for each in asked}
    written = [{**dict(zip(_KEY, key, strict=True)), **_drawn(rows[key].trial)} for key in sorted(rows)]
    await replace_many(connection, asked_for, written)


async def lock_asking(connection: AsyncConnection, councils: Iterable[str]) -> None:
    """Has the rules by which a council asks stay as they are until the transaction ends: no switch begins meanwhile."""
    await lock_names(connection, *map(_asking, councils), shared=True)


async def stop_asking(connection: AsyncConnection, council: str) -> None:
    """Waits until nobody asks by the council's rules as they were, and makes whoever asks wait until the transaction ends."""
    await lock_names(connection, _asking(council))


def _asking(council: str) -> str:
    return f"asking/{council}"


def _row(one: Ask, now: datetime) -> dict[str, Any]:
    named = {"isbn": one.isbn, "supplier_id": one.supplier_id, "council": one.council}
    return {**named, "asked_at": now, "times": 1, **_drawn(one.trial)}


def _drawn(trial: TrialArm | None) -> dict[str, str | None]:
    return {"trial": None, "arm": None} if trial is None else {"trial": trial.trial, "arm": trial.arm.value}


def _ask(row: Row[Any]) -> Ask:
    return Ask(row.isbn, row.supplier_id, row.council, arm_or_none(row.trial, row.arm))


def _of_its_council(statement: Insert, name: str) -> ColumnElement[Any]:
    """Returns the value to keep: a row is on behalf of its first council, and other councils' trials say nothing of it."""
    return case((ask.c.council == statement.excluded.council, statement.excluded[name]), else_=ask.c[name])


async def note_repeated_asks(connection: AsyncConnection, now: datetime, limit: int) -> list[Ask]:
    """Keeps that suppliers are asked again: not within a day, fewer than MOST_ASKS times, and only while there is no title.

    A supplier is not asked again for what nobody waits for from it any more.
    """
    answered = select(title.c.isbn).where(title.c.isbn == ask.c.isbn).exists()
    for_somebody = exists().where(asked_for.c.isbn == ask.c.isbn, asked_for.c.supplier_id == ask.c.supplier_id)
    wanted = ask.c.left_at.is_(None) | for_somebody
    waiting = (ask.c.asked_at <= now - ASK_AGAIN_AFTER) & (ask.c.times < MOST_ASKS) & ~answered & wanted
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
