"""Reads the order book page by page, as it must be published again. Locks what it reads, so that nothing changes meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, exists, func, or_, select, union
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.decisions import Decision
from services.orders.domain.invoices.invoice import Invoice
from services.orders.store.decisions import decisions_of
from services.orders.store.history import CANCELLATION, DECISIONS
from services.orders.store.invoices import asked_of, to_invoice
from services.orders.store.tables import branch, copy, copy_cost, history, invoice, order_line, purchase_order, timeline
from shared.contracts.invoices import InvoiceQuery
from shared.contracts.orders import CopyState
from shared.db.paging import locked_page, narrowed


@dataclass(frozen=True, slots=True)
class OrderRows:
    """One order as rows: `moves` are the last entries of copies whose columns do not have their last change, by copy id.

    `reached` are the states that each copy moved to, with the first time of each, by copy id. `answered` are the decisions about
    offers that the council answered.
    """

    order: Row[Any]
    lines: Sequence[Row[Any]]
    copies: Mapping[str, Sequence[Row[Any]]]
    moves: Mapping[UUID, Row[Any]]
    reached: Mapping[UUID, Sequence[Row[Any]]]
    cancellations: Sequence[Row[Any]]
    decisions: Sequence[Row[Any]]
    answered: Sequence[Decision]


@dataclass(frozen=True, slots=True)
class InvoiceRows:
    """One invoice, its last queries, its history's changes of state, and its costs that have a copy, with the order's number."""

    invoice: Invoice
    asked: tuple[InvoiceQuery, ...]
    steps: Sequence[Row[Any]]
    costs: Sequence[Row[Any]]


async def councils(connection: AsyncConnection) -> set[str]:
    """Returns the councils that have orders or branches."""
    return set((await connection.execute(union(select(purchase_order.c.council), select(branch.c.council)))).scalars())


async def orders_after(
    connection: AsyncConnection, council: str | None, since: datetime | None, *, after: UUID | None, limit: int
) -> list[OrderRows]:
    """Returns the next orders by id that were placed or changed since then, locked."""
    c = purchase_order.c
    query = narrowed(select(purchase_order), {c.council: council})
    if since is not None:
        entry = exists().where(timeline.c.order_id == c.order_id, timeline.c.at >= since)
        query = query.where(or_(c.placed_at >= since, entry))
    orders = await locked_page(connection, query, c.order_id, after, limit)
    ids = [order.order_id for order in orders]
    lines = await _by_order(
        connection, select(order_line).where(order_line.c.order_id.in_(ids)).order_by(order_line.c.line_number)
    )
    copies = await _by_order(connection, _copies(ids))
    moves = {row.copy_id: row for row in await connection.execute(_moves(ids))}
    reached = _grouped(await connection.execute(_reached(ids)), "copy_id")
    cancellations = await _by_order(connection, _cancellations(ids))
    decisions = await _by_order(connection, _decisions(ids))
    offers = await decisions_of(connection, ids)
    return [
        OrderRows(
            order,
            lines.get(order.order_id, []),
            _grouped(copies.get(order.order_id, []), "line_key"),
            moves,
            reached,
            cancellations.get(order.order_id, []),
            decisions.get(order.order_id, []),
            [each for each in offers if each.order_id == order.order_id and each.answer is not None],
        )
        for order in orders
    ]


async def invoices_after(
    connection: AsyncConnection, council: str | None, since: datetime | None, *, after: UUID | None, limit: int
) -> list[InvoiceRows]:
    """Returns the next invoices by id that arrived or changed since then, locked."""
    c = invoice.c
    query = narrowed(select(invoice), {c.council: council})
    if since is not None:
        entry = exists().where(history.c.subject_id == c.invoice_id, history.c.at >= since)
        query = query.where(or_(c.received_at >= since, entry))
    found = await locked_page(connection, query, c.invoice_id, after, limit)
    ids = [row.invoice_id for row in found]
    of_copies = and_(copy_cost.c.invoice_id.in_(ids), copy_cost.c.copy_id.is_not(None))
    of_order = select(copy_cost, purchase_order.c.order_number).join(
        purchase_order, purchase_order.c.order_id == copy_cost.c.order_id
    )
    entries = await connection.execute(of_order.where(of_copies).order_by(copy_cost.c.seq))
    costs = _grouped(entries, "invoice_id")
    moves = and_(history.c.subject_id.in_(ids), history.c.to_state.is_not(None))
    steps = _grouped(await connection.execute(select(history).where(moves).order_by(history.c.entry_id)), "subject_id")
    return [
        InvoiceRows(to_invoice(row), asked_of(row), steps.get(row.invoice_id, []), costs.get(row.invoice_id, [])) for row in found
    ]


def _copies(order_ids: Sequence[UUID]) -> Select[Any]:
    o = purchase_order.c
    at_branch = and_(branch.c.council == o.council, branch.c.code == copy.c.branch_code)
    return (
        select(copy, branch.c.name.label("branch_name"), branch.c.gln.label("branch_gln"))
        .join(purchase_order, o.order_id == copy.c.order_id)
        .join(branch, at_branch, isouter=True)
        .where(copy.c.order_id.in_(order_ids))
        .order_by(copy.c.copy_number)
    )


def _moves(order_ids: Sequence[UUID]) -> Select[Any]:
    """Selects the last change of each copy that moved before its row kept that."""
    moved = select(copy.c.copy_id).where(
        copy.c.order_id.in_(order_ids), copy.c.progressed_at.is_(None), copy.c.state != CopyState.ORDERED.value
    )
    t = timeline.c
    query = select(t.copy_id, t.at, t.reason).where(t.order_id.in_(order_ids), t.copy_id.in_(moved), t.to_state.is_not(None))
    return query.ext(distinct_on(t.copy_id)).order_by(t.copy_id, t.entry_id.desc())


def _reached(order_ids: Sequence[UUID]) -> Select[Any]:
    """Selects the states that each copy moved to, and when first."""
    t = timeline.c
    at = func.min(t.at).label("at")
    moved = and_(t.order_id.in_(order_ids), t.copy_id.is_not(None), t.to_state != t.from_state)
    return select(t.copy_id, t.to_state, at).where(moved).group_by(t.copy_id, t.to_state).order_by(t.copy_id, at, t.to_state)


def _cancellations(order_ids: Sequence[UUID]) -> Select[Any]:
    """Selects the last request to cancel copies of each line."""
    t = timeline.c
    query = select(t.order_id, t.line_key, t.at, t.reason).where(t.order_id.in_(order_ids), t.cause == CANCELLATION)
    return query.ext(distinct_on(t.order_id, t.line_key)).order_by(t.order_id, t.line_key, t.entry_id.desc())


def _decisions(order_ids: Sequence[UUID]) -> Select[Any]:
    """Selects what persons decided about lines. What a decision led to is noted after it, at the same time, in other words."""
    t = timeline.c
    said = func.first_value(t.reason).over(partition_by=(t.order_id, t.at), order_by=t.entry_id).label("said")
    noted = and_(t.order_id.in_(order_ids), t.cause.in_(DECISIONS), t.line_key.is_not(None), t.copy_id.is_(None))
    each = select(t.order_id, t.line_key, t.at, t.reason, said).where(noted).subquery()
    return select(each).where(each.c.reason == each.c.said).order_by(each.c.order_id, each.c.at, each.c.line_key)


async def _by_order(connection: AsyncConnection, query: Select[Any]) -> dict[UUID, list[Row[Any]]]:
    return _grouped(await connection.execute(query), "order_id")


def _grouped(rows: Iterable[Row[Any]], column: str) -> dict[Any, list[Row[Any]]]:
    groups: dict[Any, list[Row[Any]]] = {}
    for row in rows:
        groups.setdefault(row._mapping[column], []).append(row)
    return groups
