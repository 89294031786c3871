"""Queries of the figures: copies per supplier and state, those that wait too long, and the oldest. `council` none: all councils.

The cost of each is that of counts and of one day's copies, whatever number of copies there is (docs/decisions/0021).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.figures import SETTLED, LastMessages, Tally, Waiting
from services.dashboard.domain.needs import PATIENCE
from services.dashboard.store.given import given_council, given_rows, rows_given
from services.dashboard.store.scope import of_council
from services.dashboard.store.tables import WAITING, copy, copy_count, heard, title
from shared.contracts.orders import CopyState

_SHOWN = ("copy_id", "state", "order_number", "supplier_id", "branch", "isbn", "changed_at", "expected_on", "reason")


async def tallies(connection: AsyncConnection, council: str | None, now: datetime) -> list[Tally]:
    """Counts copies per supplier and state."""
    limits = {state: (now - patience.longest).astimezone(UTC) for state, patience in PATIENCE.items()}
    begun = await _overdue_since_the_day(connection, council, limits)
    days = {_limit_of(state): limit.date() for state, limit in limits.items()}
    rows = await connection.execute(_tallies(council is not None), {"council": council, **days})
    return [
        Tally(row.supplier_id, CopyState(row.state), row.copies, row.overdue + begun[row.supplier_id, row.state]) for row in rows
    ]


@cache
def _tallies(of_one: bool) -> Select[Any]:
    c = copy_count.c
    overdue = or_(*(and_(c.state == state.value, c.day < bindparam(_limit_of(state))) for state in PATIENCE))
    totals = _total(c.copies, true()).label("copies"), _total(c.copies, overdue).label("overdue")
    mine = of_council(copy_count, given_council(of_one))
    return select(c.supplier_id, c.state, *totals).where(mine).group_by(c.supplier_id, c.state)


def _limit_of(state: CopyState) -> str:
    return f"limit_{state.value}"


def _total(copies: ColumnElement[int], only: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(copies).filter(only), 0), BigInteger)


async def _overdue_since_the_day(
    connection: AsyncConnection, council: str | None, limits: Mapping[CopyState, datetime]
) -> Counter[tuple[str, str]]:
    """Counts, per supplier and state, copies that changed on the day of their limit but before it: counts have whole days."""
    periods = rows_given(
        "period",
        state=[state.value for state in limits],
        since=[datetime.combine(limit.date(), time(), UTC) for limit in limits.values()],
        before=list(limits.values()),
    )
    rows = await connection.execute(_counted_in_periods(council is not None), {"council": council, **periods})
    return Counter({(row.supplier_id, row.state): row.copies for row in rows})


@cache
def _counted_in_periods(of_one: bool) -> Select[Any]:
    period = given_rows("period", state=Text, since=DateTime(True), before=DateTime(True))
    counted = (
        select(copy.c.supplier_id, func.count().label("copies"))
        .where(copy.c.state == period.c.state, WAITING, of_council(copy, given_council(of_one)))
        .where(copy.c.changed_at >= period.c.since, copy.c.changed_at < period.c.before)
        .group_by(copy.c.supplier_id)
        .lateral("counted")
    )
    return select(counted.c.supplier_id, period.c.state, counted.c.copies).select_from(period.join(counted, true()))


async def oldest(connection: AsyncConnection, council: str | None) -> dict[CopyState, Waiting]:
    """Returns the copy that has been longest in each state that is not settled."""
    states = rows_given("waiting", state=[state.value for state in CopyState if state not in SETTLED])
    rows = await connection.execute(_oldest(council is not None), {"council": council, **states})
    return {CopyState(row.state): _waiting(row) for row in rows}


@cache
def _oldest(of_one: bool) -> Select[Any]:
    state = given_rows("waiting", state=Text)
    first = (
        select(copy)
        .where(copy.c.state == state.c.state, WAITING, of_council(copy, given_council(of_one)))
        .order_by(copy.c.changed_at, copy.c.copy_id)
        .limit(1)
        .lateral("first")
    )
    shown = func.coalesce(func.nullif(title.c.title, ""), first.c.title).label("shown_title")
    source = state.join(first, true()).join(title, title.c.isbn == first.c.isbn, isouter=True)
    return select(*(first.c[name] for name in _SHOWN), shown).select_from(source)


def _waiting(row: Row[Any]) -> Waiting:
    return Waiting(
        copy_id=row.copy_id,
        order_number=row.order_number,
        supplier_id=row.supplier_id,
        branch=row.branch,
        isbn=row.isbn,
        title=row.shown_title,
        since=row.changed_at,
        expected_on=row.expected_on,
        reason=row.reason,
    )


async def last_messages(connection: AsyncConnection, council: str | None) -> list[LastMessages]:
    """Returns the times of the last messages to and from each supplier, one row per council."""
    rows = await connection.execute(_last_messages(council is not None), {"council": council})
    return [LastMessages(*row) for row in rows]


@cache
def _last_messages(of_one: bool) -> Select[Any]:
    c = heard.c
    return select(c.supplier_id, c.sent_at, c.heard_at, c.account_stopped).where(of_council(heard, given_council(of_one)))
