"""Queries of the figures: copies per supplier and state, those that wait too long, and the oldest. `council` none: all councils.

The cost of each is that of counts and of one day's copies, whatever number of copies there is (docs/decisions/0021).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Row,
    Text,
    and_,
    cast,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.figures import SETTLED, LastMessages, Tally, Waiting
from services.dashboard.domain.needs import PATIENCE
from services.dashboard.store.given import given_rows
from services.dashboard.store.scope import of_council
from services.dashboard.store.tables import WAITING, copy, copy_count, heard, title
from shared.contracts.orders import CopyState


async def tallies(connection: AsyncConnection, council: str | None, now: datetime) -> list[Tally]:
    """Counts copies per supplier and state."""
    limits = {state: (now - patience.longest).astimezone(UTC) for state, patience in PATIENCE.items()}
    begun = await _overdue_since_the_day(connection, council, limits)
    c = copy_count.c
    overdue = or_(*(and_(c.state == state, c.day < limit.date()) for state, limit in limits.items()))
    query = (
        select(c.supplier_id, c.state, _total(c.copies, true()).label("copies"), _total(c.copies, overdue).label("overdue"))
        .where(of_council(copy_count, council))
        .group_by(c.supplier_id, c.state)
    )
    rows = await connection.execute(query)
    return [
        Tally(row.supplier_id, CopyState(row.state), row.copies, row.overdue + begun[row.supplier_id, row.state]) for row in rows
    ]


def _total(copies: ColumnElement[int], only: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(copies).filter(only), 0), BigInteger)


async def _overdue_since_the_day(
    connection: AsyncConnection, council: str | None, limits: Mapping[CopyState, datetime]
) -> Counter[tuple[str, str]]:
    """Counts, per supplier and state, copies that changed on the day of their limit but before it: counts have whole days."""
    period = given_rows(
        "period",
        state=(Text, [state.value for state in limits]),
        since=(DateTime(True), [datetime.combine(limit.date(), time(), UTC) for limit in limits.values()]),
        before=(DateTime(True), list(limits.values())),
    )
    counted = (
        select(copy.c.supplier_id, func.count().label("copies"))
        .where(copy.c.state == period.c.state, WAITING, of_council(copy, council))
        .where(copy.c.changed_at >= period.c.since, copy.c.changed_at < period.c.before)
        .group_by(copy.c.supplier_id)
        .lateral("counted")
    )
    query = select(counted.c.supplier_id, period.c.state, counted.c.copies).select_from(period.join(counted, true()))
    return Counter({(row.supplier_id, row.state): row.copies for row in await connection.execute(query)})


async def oldest(connection: AsyncConnection, council: str | None) -> dict[CopyState, Waiting]:
    """Returns the copy that has been longest in each state that is not settled."""
    state = given_rows("waiting", state=(Text, [state.value for state in CopyState if state not in SETTLED]))
    first = (
        select(copy)
        .where(copy.c.state == state.c.state, WAITING, of_council(copy, council))
        .order_by(copy.c.changed_at, copy.c.copy_id)
        .limit(1)
        .lateral("first")
    )
    query = select(first, func.coalesce(func.nullif(title.c.title, ""), first.c.title).label("shown_title")).select_from(
        state.join(first, true()).join(title, title.c.isbn == first.c.isbn, isouter=True)
    )
    return {CopyState(row.state): _waiting(row) for row in await connection.execute(query)}


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
    query = select(heard.c.supplier_id, heard.c.sent_at, heard.c.heard_at, heard.c.account_stopped).where(
        of_council(heard, council)
    )
    return [LastMessages(*row) for row in await connection.execute(query)]
