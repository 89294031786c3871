"""Reads invoices and costs for the API: lists by cursor, one invoice with costs and history. Scoped by council."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.invoices.invoice import InvoiceState
from services.orders.store.history import history_of
from services.orders.store.tables import copy_cost, invoice, invoice_line
from shared.db.paging import narrowed, newest_first

_TOTAL = copy_cost.c.net + copy_cost.c.servicing + copy_cost.c.carriage + copy_cost.c.other + copy_cost.c.vat


@dataclass(frozen=True, slots=True)
class InvoiceFilter:
    """Which invoices a list contains; a field that is None does not narrow it. `council` is None only for operations staff.

    The other fields have the names of `InvoiceQueryParameters`'s.
    """

    council: str | None
    supplier_id: str | None = None
    state: InvoiceState | None = None
    invoice_number: str | None = None
    credits_invoice: str | None = None


@dataclass(frozen=True, slots=True)
class InvoiceRows:
    """One invoice as rows. `credited` is how much of it credit notes gave back, in minor units."""

    invoice: RowMapping
    lines: Sequence[RowMapping]
    costs: Sequence[RowMapping]
    history: Sequence[RowMapping]
    credited: int


async def list_invoices(
    connection: AsyncConnection, wanted: InvoiceFilter, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[RowMapping]:
    """Lists the newest invoices first; `after` is the (received_at, invoice_id) of the last row of the page before."""
    c = invoice.c
    equal = {
        c.council: wanted.council,
        c.supplier_id: wanted.supplier_id,
        c.state: wanted.state,
        c.invoice_number: wanted.invoice_number,
        c.credits_invoice: wanted.credits_invoice,
    }
    query = newest_first(narrowed(select(invoice), equal), (c.received_at, c.invoice_id), after=after, limit=limit)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


async def get_invoice(connection: AsyncConnection, invoice_id: UUID, council: str | None) -> InvoiceRows | None:
    """Returns one invoice of the council (of any, where that is None) with everything known of it; None if there is none."""
    query = narrowed(select(invoice), {invoice.c.invoice_id: invoice_id, invoice.c.council: council})
    found = (await connection.execute(query)).mappings().one_or_none()
    if found is None:
        return None
    lines = select(invoice_line).where(invoice_line.c.invoice_id == invoice_id).order_by(invoice_line.c.place)
    return InvoiceRows(
        found,
        (await connection.execute(lines)).mappings().all(),
        await _costs(connection, copy_cost.c.invoice_id == invoice_id),
        await history_of(connection, invoice_id),
        await _credited(connection, invoice_id),
    )


async def costs_of_order(connection: AsyncConnection, order_id: UUID) -> Sequence[RowMapping]:
    """Returns charges and credits of the copies of an order, oldest first."""
    return await _costs(connection, copy_cost.c.order_id == order_id)


async def _costs(connection: AsyncConnection, which: Any) -> Sequence[RowMapping]:
    query = (
        select(copy_cost, _TOTAL.label("total"), invoice.c.invoice_number, invoice.c.credit, invoice.c.invoiced_on)
        .join(invoice, invoice.c.invoice_id == copy_cost.c.invoice_id)
        .where(which)
        .order_by(copy_cost.c.seq)
    )
    return (await connection.execute(query)).mappings().all()


async def _credited(connection: AsyncConnection, invoice_id: UUID) -> int:
    mine = select(copy_cost.c.entry_id).where(copy_cost.c.invoice_id == invoice_id)
    given_back = select(func.coalesce(func.sum(_TOTAL), 0)).where(copy_cost.c.reverses.in_(mine))
    return -int((await connection.execute(given_back)).scalar_one())
