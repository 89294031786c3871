"""Reads past orders as they were placed, page by page. Scoped by council."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.rehearsing import PlacedPart
from services.orders.store.tables import copy, order_line, purchase_order
from shared.contracts.base import money_or_none
from shared.db.paging import in_order


@dataclass(frozen=True, slots=True)
class Period:
    """The orders of a council that were placed from one moment on, and before another."""

    council: str
    since: datetime
    before: datetime


@dataclass(frozen=True, slots=True)
class PlacedOrders:
    """The next orders, each with its parts, those of a line together; and the keys of the last one, None after the last page."""

    orders: Sequence[Sequence[PlacedPart]]
    last: tuple[datetime, UUID] | None


async def placed_orders(
    connection: AsyncConnection, period: Period, *, after: tuple[datetime, UUID] | None, limit: int
) -> PlacedOrders:
    """Returns the next orders, the oldest first, without lines that were added to them later."""
    o, c = purchase_order.c, order_line.c
    mine = select(o.placed_at, o.order_id, o.order_number).where(
        o.council == period.council, o.placed_at >= period.since, o.placed_at < period.before
    )
    page = in_order(mine, (o.placed_at, o.order_id), after=after, limit=limit).subquery("page")
    isbn = func.coalesce(c.ordered_isbn, c.isbn).label("isbn")
    minor = case((c.repriced, c.ordered_minor), else_=c.price_minor).label("price_minor")
    currency = case((c.repriced, c.ordered_currency), else_=c.price_currency).label("price_currency")
    of_line = (c.line_key, c.line_number, isbn, c.title, c.material, c.supplier_id, minor, currency)
    query: Select[Any] = (
        select(*page.c, *of_line, copy.c.branch_code, func.count().label("copies"))
        .join(copy, copy.c.order_id == page.c.order_id)
        .join(order_line, c.line_key == copy.c.line_key)
        .where(c.added_at.is_(None))
        .group_by(*page.c, *of_line, copy.c.branch_code)
        .order_by(page.c.placed_at, page.c.order_id, c.line_number, c.line_key, copy.c.branch_code)
    )
    rows = (await connection.execute(query)).all()
    orders: dict[UUID, list[PlacedPart]] = {}
    for row in rows:
        orders.setdefault(row.order_id, []).append(_part(row))
    full = len(orders) == limit
    return PlacedOrders(list(orders.values()), (rows[-1].placed_at, rows[-1].order_id) if full else None)


def _part(row: Row[Any]) -> PlacedPart:
    return PlacedPart(
        order_id=row.order_id,
        order_number=row.order_number,
        line_key=row.line_key,
        line_number=row.line_number,
        isbn=row.isbn,
        title=row.title,
        material=row.material,
        supplier_id=row.supplier_id,
        branch=row.branch_code,
        copies=row.copies,
        price=money_or_none(row.price_minor, row.price_currency),
    )
