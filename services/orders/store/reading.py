"""Reads the order book for its API: lists by cursor, one order with copies and timeline. Scoped by council."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store.invoice_reading import costs_of_order
from services.orders.store.tables import branch, copy, order_line, purchase_order, timeline, title
from shared.contracts.orders import CopyState
from shared.db.paging import narrowed, newest_first


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders a list contains; a field that is None does not narrow it. The fields have the names of `OrderQuery`'s."""

    council: str
    state: CopyState | None = None
    supplier_id: str | None = None
    order_number: str | None = None
    attention: bool | None = None
    placed_from: datetime | None = None
    placed_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderRows:
    """One order as rows: header, lines with titles, copies, timeline, costs of copies."""

    order: RowMapping
    lines: Sequence[RowMapping]
    copies: Sequence[RowMapping]
    timeline: Sequence[RowMapping]
    costs: Sequence[RowMapping]


def _filtered(wanted: OrderFilter) -> Select[Any]:
    c = purchase_order.c
    equal = {c.council: wanted.council, c.order_number: wanted.order_number}
    query = narrowed(select(c.order_id, c.order_number, c.placed_at, c.version), equal)
    if wanted.supplier_id is not None:
        query = query.where(exists().where(order_line.c.order_id == c.order_id, order_line.c.supplier_id == wanted.supplier_id))
    if wanted.attention is not None:
        query = query.where(c.asking if wanted.attention else ~c.asking)
    if wanted.state is not None:
        query = query.where(exists().where(copy.c.order_id == c.order_id, copy.c.state == wanted.state.value))
    if wanted.placed_from is not None:
        query = query.where(c.placed_at >= wanted.placed_from)
    if wanted.placed_before is not None:
        query = query.where(c.placed_at < wanted.placed_before)
    return query


async def list_orders(
    connection: AsyncConnection, wanted: OrderFilter, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[RowMapping]:
    """Lists the newest orders first; `after` is the (placed_at, order_id) of the last row of the page before."""
    c = purchase_order.c
    query = newest_first(_filtered(wanted), (c.placed_at, c.order_id), after=after, limit=limit)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


async def state_counts(connection: AsyncConnection, order_ids: Sequence[UUID]) -> dict[UUID, dict[CopyState, int]]:
    """Counts the copies per state of each order."""
    query = select(copy.c.order_id, copy.c.state, func.count()).where(copy.c.order_id.in_(order_ids))
    counts: dict[UUID, dict[CopyState, int]] = {order_id: {} for order_id in order_ids}
    for order_id, state, number in await connection.execute(query.group_by(copy.c.order_id, copy.c.state)):
        counts[order_id][CopyState(state)] = number
    return counts


async def get_order(connection: AsyncConnection, order_id: UUID, council: str) -> OrderRows | None:
    """Returns one order of the council with everything known of it, or None."""
    c = purchase_order.c
    query = select(purchase_order).where(c.order_id == order_id, c.council == council)
    order = (await connection.execute(query)).mappings().one_or_none()
    if order is None:
        return None
    return OrderRows(
        order,
        await _lines(connection, order_id),
        await _copies(connection, order_id, council),
        await _timeline(connection, order_id),
        await costs_of_order(connection, order_id),
    )


async def _lines(connection: AsyncConnection, order_id: UUID) -> Sequence[RowMapping]:
    # The catalogue's title takes precedence; until it arrives, the title that the LMS sent is shown.
    known = func.coalesce(func.nullif(title.c.title, ""), order_line.c.title).label("shown_title")
    by = func.coalesce(func.nullif(title.c.author, ""), order_line.c.author).label("shown_author")
    query = (
        select(order_line, known, by)
        .join(title, title.c.isbn == order_line.c.isbn, isouter=True)
        .where(order_line.c.order_id == order_id)
        .order_by(order_line.c.line_number, order_line.c.line_key)
    )
    return (await connection.execute(query)).mappings().all()


async def _copies(connection: AsyncConnection, order_id: UUID, council: str) -> Sequence[RowMapping]:
    at_branch = and_(branch.c.council == council, branch.c.code == copy.c.branch_code)
    query = (
        select(copy, branch.c.name.label("branch_name"))
        .join(branch, at_branch, isouter=True)
        .where(copy.c.order_id == order_id)
        .order_by(copy.c.line_key, copy.c.copy_number)
    )
    return (await connection.execute(query)).mappings().all()


async def _timeline(connection: AsyncConnection, order_id: UUID) -> Sequence[RowMapping]:
    query = select(timeline).where(timeline.c.order_id == order_id).order_by(timeline.c.entry_id)
    return (await connection.execute(query)).mappings().all()
