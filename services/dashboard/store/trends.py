"""Reads what was counted by day. `council` or `supplier_id` none: of all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
    true,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.day_bars import Span
from services.dashboard.domain.trends import ARRIVING, SETTLING, DayCount
from services.dashboard.store.day_tables import day_count
from services.dashboard.store.scope import of_council
from services.dashboard.store.tables import copy_count


async def counts_between(
    connection: AsyncConnection, council: str | None, supplier_id: str | None, *, before: date, spans: Sequence[Span]
) -> Sequence[DayCount]:
    """Returns the counts of each span, as of its first day, and of all days from `before` until then, as of the last of these.

    Counts of several councils and suppliers are together. All spans but the last have the same length.
    """
    c, first, last = day_count.c, spans[0].first, spans[-1].last
    length = (spans[0].last - first).days + 1
    # Added up by the database: there are many parts, and a year has many days.
    since = type_coerce(c.day - literal(first, Date), Integer)
    of_span = literal(first, Date).op("+")(since // length * length)
    day = cast(case((c.day < first, first - timedelta(days=1)), else_=of_span), Date).label("of_day")
    query = (
        select(day, c.measure, c.part, cast(func.sum(c.number), BigInteger))
        .where(_mine(council, supplier_id), c.day.between(before, last))
        .group_by(literal_column("of_day"), c.measure, c.part)
    )
    return [DayCount._make(row) for row in (await connection.execute(query)).all()]


async def waiting_before(connection: AsyncConnection, council: str | None, supplier_id: str | None, *, first: date) -> int:
    """Returns how much work had arrived and was not settled when a day began."""
    c = day_count.c
    arrived = func.sum(c.number).filter(c.measure.in_(ARRIVING))
    settled = func.sum(c.number).filter(c.measure.in_(SETTLING))
    query = select(cast(func.coalesce(arrived, 0) - func.coalesce(settled, 0), BigInteger))
    found = await connection.execute(
        query.where(_mine(council, supplier_id), c.day < first, c.measure.in_((*ARRIVING, *SETTLING)))
    )
    number: int = found.scalar_one()
    return number


async def counted_names(connection: AsyncConnection, council: str | None) -> tuple[Sequence[str], Sequence[str]]:
    """Returns the councils and the suppliers that have copies, in their order."""
    mine = of_council(copy_count, council)
    councils, suppliers = (
        select(column).where(mine).distinct().order_by(column) for column in (copy_count.c.council, copy_count.c.supplier_id)
    )
    return (await connection.execute(councils)).scalars().all(), (await connection.execute(suppliers)).scalars().all()


def _mine(council: str | None, supplier_id: str | None) -> ColumnElement[bool]:
    of_supplier = true() if supplier_id is None else day_count.c.supplier_id == supplier_id
    return of_council(day_count, council) & of_supplier
