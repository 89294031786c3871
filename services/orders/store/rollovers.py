"""Keeps rollovers of funds, and finds the copies that they move. Scoped by council."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, case, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.copies import Spend
from services.orders.domain.rollovers import AskedRollover, Rollover
from services.orders.store.tables import copy, fund_rollover, purchase_order
from shared.contracts.orders import GIVEN_UP
from shared.db.arrays import among
from shared.db.paging import in_order, narrowed, newest_first
from shared.ids import new_id

# One pass may miss an order whose placing was under way when it passed.
_PASSES = 2
_LOOKED_AT = 1_000


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who decides, when, and under which key of the request."""

    council: str
    by: str
    at: datetime
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class OrdersToRoll:
    """The next orders of a council: those with copies to move, and the last one that was looked at; None after the last."""

    order_ids: Sequence[UUID]
    last: UUID | None


def _rollover(row: Row[Any]) -> Rollover:
    return Rollover(
        rollover_id=row.rollover_id,
        council=row.council,
        fund=row.fund,
        from_year=row.from_year,
        to_year=row.to_year,
        rolls_on=row.rolls_on,
        reason=row.reason,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        done_at=row.done_at,
        copies=row.copies,
        moved=row.moved,
        begun=row.reached is not None or row.passes > 0,
    )


async def of_key(connection: AsyncConnection, council: str, idempotency_key: str) -> tuple[bytes, list[Rollover]] | None:
    """Returns what was decided under a key, with the digest of the request; None where nothing was."""
    c = fund_rollover.c
    query = select(fund_rollover).where(c.council == council, c.idempotency_key == idempotency_key).order_by(c.fund)
    rows = (await connection.execute(query)).all()
    return (rows[0].digest, [_rollover(row) for row in rows]) if rows else None


async def decide(
    connection: AsyncConnection, asked: AskedRollover, funds: Sequence[str], by: Deciding
) -> tuple[list[Rollover], bool]:
    """Keeps the decision about each of these funds, unless the same was decided before; returns them, and whether one is new."""
    rows = [
        {
            "rollover_id": new_id(),
            "council": by.council,
            "fund": code,
            "from_year": asked.from_year,
            "to_year": asked.to_year,
            "rolls_on": asked.rolls_on,
            "reason": asked.reason,
            "decided_at": by.at,
            "decided_by": by.by,
            "idempotency_key": by.idempotency_key,
            "digest": asked.digest(),
        }
        for code in funds
    ]
    c = fund_rollover.c
    new = insert(fund_rollover).on_conflict_do_nothing().returning(c.rollover_id)
    added = (await connection.execute(new, rows)).scalars().all()
    same = (c.from_year == asked.from_year, c.to_year == asked.to_year, c.rolls_on == asked.rolls_on)
    query = select(fund_rollover).where(c.council == by.council, c.fund.in_(funds), *same).order_by(c.fund)
    return [_rollover(row) for row in (await connection.execute(query)).all()], bool(added)


async def get_rollover(connection: AsyncConnection, rollover_id: UUID, council: str) -> Rollover | None:
    """Returns a rollover of a council; None where it has no such."""
    c = fund_rollover.c
    row = (
        await connection.execute(select(fund_rollover).where(c.rollover_id == rollover_id, c.council == council))
    ).one_or_none()
    return None if row is None else _rollover(row)


async def list_rollovers(
    connection: AsyncConnection, council: str, fund: str | None, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[Rollover]:
    """Lists the rollovers of a council, or of one of its funds; newest first."""
    c = fund_rollover.c
    query = narrowed(select(fund_rollover).where(c.council == council), {c.fund: fund})
    page = newest_first(query, (c.decided_at, c.rollover_id), after=after, limit=limit)
    return [_rollover(row) for row in (await connection.execute(page)).all()]


async def rollovers_to_do(connection: AsyncConnection, today: date) -> list[UUID]:
    """Returns the rollovers whose day has come and that are not done, the oldest first."""
    c = fund_rollover.c
    query = select(c.rollover_id).where(c.done_at.is_(None), c.rolls_on <= today).order_by(c.decided_at, c.rollover_id)
    return list((await connection.execute(query)).scalars())


async def lock_rollover(connection: AsyncConnection, rollover_id: UUID) -> tuple[Rollover, UUID | None] | None:
    """Locks a rollover that is not done; returns it and how far it came in this pass."""
    c = fund_rollover.c
    query = select(fund_rollover).where(c.rollover_id == rollover_id, c.done_at.is_(None)).with_for_update()
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else (_rollover(row), row.reached)


async def next_orders(connection: AsyncConnection, of: Rollover, after: UUID | None, *, limit: int) -> OrdersToRoll:
    """Returns the next orders of the council, by id, with copies that still commit something of the fund's year.

    At most `limit`, of the next _LOOKED_AT orders.
    """
    o, c = purchase_order.c, copy.c
    keys = None if after is None else (after,)
    page = in_order(select(o.order_id).where(o.council == of.council), (o.order_id,), after=keys, limit=_LOOKED_AT)
    order_ids = list((await connection.execute(page)).scalars())
    if not order_ids:
        return OrdersToRoll((), None)
    opened = and_(c.spend == Spend.OPEN.value, c.state.not_in([state.value for state in GIVEN_UP]))
    mine = and_(c.fund == of.fund, c.fund_year == of.from_year, opened)
    query = select(c.order_id).where(among(c.order_id, order_ids), mine).distinct().order_by(c.order_id)
    found = list((await connection.execute(query.limit(limit))).scalars())
    return OrdersToRoll(found, found[-1] if len(found) == limit else order_ids[-1])


async def note_rolled(connection: AsyncConnection, of: Rollover, reached: UUID, copies: int, moved: Mapping[str, int]) -> None:
    """Keeps up to which order a rollover was carried out, and what it moved."""
    sums = {currency: minor for currency, minor in (Counter(of.moved) + Counter(moved)).items() if minor}
    values = {"reached": reached, "copies": of.copies + copies, "moved": sums}
    await connection.execute(update(fund_rollover).where(fund_rollover.c.rollover_id == of.rollover_id).values(values))


async def end_pass(connection: AsyncConnection, rollover_id: UUID, at: datetime) -> None:
    """Ends a pass over all orders; the last one ends the rollover."""
    c = fund_rollover.c
    done_at = case((c.passes + 1 >= _PASSES, at))
    values = {"passes": c.passes + 1, "reached": None, "done_at": done_at}
    await connection.execute(update(fund_rollover).where(c.rollover_id == rollover_id).values(values))
