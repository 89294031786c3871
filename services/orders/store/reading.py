"""Reads the order book for its API: lists by cursor, one order with copies and timeline. Scoped by council."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, and_, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store.decisions import decisions_of_order
from services.orders.store.invoice_reading import costs_of_order
from services.orders.store.tables import branch, copy, judgement, order_line, order_state, purchase_order, timeline, title
from services.orders.store.titles import shown_title
from shared.contracts.orders import CopyState
from shared.db.paging import Columns, narrowed, newest_first


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
    """One order as rows. `records`: by ISBN, what the council's minimum says of the record of a book."""

    order: RowMapping
    lines: Sequence[RowMapping]
    records: Mapping[str, RowMapping]
    copies: Sequence[RowMapping]
    timeline: Sequence[RowMapping]
    costs: Sequence[RowMapping]
    decisions: Sequence[RowMapping]


def _listed(wanted: OrderFilter) -> tuple[Select[Any], Columns]:
    """Returns the query for the orders wanted and the columns that sort it, those of the table that finds most of them."""
    c, s = purchase_order.c, order_state.c
    query: Select[Any] = select(c.order_id, c.order_number, c.placed_at, c.version, c.rush)
    council, keys = c.council, (c.placed_at, c.order_id)
    if wanted.state is not None or wanted.supplier_id is not None:
        council, keys = s.council, (s.placed_at, s.order_id)
        # An order has a row for each supplier and state.
        query = query.join(order_state, s.order_id == c.order_id).ext(distinct_on(*keys))
    narrow = {
        council: wanted.council,
        s.state: wanted.state,
        s.supplier_id: wanted.supplier_id,
        c.order_number: wanted.order_number,
    }
    query = narrowed(query, narrow)
    if wanted.attention is not None:
        query = query.where(c.asking if wanted.attention else ~c.asking)
    if wanted.placed_from is not None:
        query = query.where(keys[0] >= wanted.placed_from)
    if wanted.placed_before is not None:
        query = query.where(keys[0] < wanted.placed_before)
    return query, keys


async def list_orders(
    connection: AsyncConnection, wanted: OrderFilter, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[RowMapping]:
    """Lists the newest orders first; `after` is the (placed_at, order_id) of the last row of the page before."""
    query, keys = _listed(wanted)
    rows: Sequence[RowMapping] = (await connection.execute(newest_first(query, keys, after=after, limit=limit))).mappings().all()
    return rows


async def state_counts(connection: AsyncConnection, order_ids: Sequence[UUID]) -> dict[UUID, dict[CopyState, int]]:
    """Counts the copies per state of each order."""
    c = order_state.c
    query = select(c.order_id, c.state, func.sum(c.copies)).where(c.order_id.in_(order_ids)).group_by(c.order_id, c.state)
    counts: dict[UUID, dict[CopyState, int]] = {order_id: {} for order_id in order_ids}
    for order_id, state, number in await connection.execute(query):
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
        await _records(connection, order_id, council),
        await _copies(connection, order_id, council),
        await _timeline(connection, order_id),
        await costs_of_order(connection, order_id),
        await decisions_of_order(connection, order_id),
    )


async def _lines(connection: AsyncConnection, order_id: UUID) -> Sequence[RowMapping]:
    query = (
        select(order_line, *shown_title())
        .join(title, title.c.isbn == order_line.c.isbn, isouter=True)
        .where(order_line.c.order_id == order_id)
        .order_by(order_line.c.line_number, order_line.c.added_version.nulls_first(), order_line.c.line_key)
    )
    return (await connection.execute(query)).mappings().all()


async def _records(connection: AsyncConnection, order_id: UUID, council: str) -> Mapping[str, RowMapping]:
    ordered = select(order_line.c.isbn).where(order_line.c.order_id == order_id)
    query = select(judgement).where(judgement.c.council == council, judgement.c.isbn.in_(ordered))
    return {row.isbn: row for row in (await connection.execute(query)).mappings()}


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
