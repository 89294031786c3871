"""Finds what somebody typed, by indexes alone. `council` none: all councils. Lists of hits are cut at MOST_FOUND."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, distinct, func, literal_column, select, true, union
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.finding import MOST_FOUND, FoundConsignment, FoundCopy, FoundInvoice, FoundOrder, FoundTitle
from services.dashboard.domain.searching import TermKind
from services.dashboard.store.scope import of_council
from services.dashboard.store.tables import (
    IN_PARCEL,
    consigned_copy,
    consignment,
    copy,
    invoice,
    order_term,
    ordered_title,
    title,
)
from shared.db.arrays import among

T = TypeVar("T")

# Of an order, so many titles are named.
_TITLES_NAMED = 3


async def orders_named(connection: AsyncConnection, council: str | None, code: str, *, begins: bool) -> Sequence[FoundOrder]:
    """Returns the orders with this number, key of a line or ISBN, or, with `begins`, one that begins like this."""
    c = order_term.c
    same = c.term.startswith(code, autoescape=True) if begins else c.term == code
    query = (
        select(c.order_id, func.bool_or(c.kind == TermKind.LINE_KEY.value).label("by_line"))
        .where(same, of_council(order_term, council))
        .group_by(c.order_id)
        .limit(MOST_FOUND)
    )
    by_line = {row.order_id: row.by_line and not begins for row in await connection.execute(query)}
    found = await orders_of(connection, council, list(by_line))
    return [replace(order, by_line=by_line[order.order_id]) for order in found]


async def orders_of(connection: AsyncConnection, council: str | None, order_ids: Sequence[UUID]) -> Sequence[FoundOrder]:
    """Returns these orders, the one that changed last first."""
    if not order_ids:
        return []
    c, named = copy.c, func.coalesce(func.nullif(title.c.title, ""), copy.c.title)
    latest = func.max(c.changed_at).label("changed_at")
    query = (
        select(
            c.order_id,
            func.min(c.council).label("council"),
            func.min(c.order_number).label("order_number"),
            func.array_agg(distinct(c.supplier_id)).label("supplier_ids"),
            func.array_agg(distinct(named)).label("titles"),
            func.count().label("copies"),
            func.array_agg(distinct(c.state)).label("states"),
            latest,
        )
        .join(title, title.c.isbn == c.isbn, isouter=True)
        .where(among(c.order_id, order_ids), of_council(copy, council))
        .group_by(c.order_id)
        .order_by(latest.desc(), c.order_id)
    )
    return [FoundOrder(**row) for row in (await connection.execute(query)).mappings()]


async def copies_with(
    connection: AsyncConnection, council: str | None, *, barcodes: Sequence[str] = (), copy_id: UUID | None = None
) -> Sequence[FoundCopy]:
    """Returns the copies with one of these barcodes, or the one with this id."""
    c = copy.c
    same = c.copy_id == copy_id if copy_id is not None else c.barcode.in_(barcodes)
    return await _found(connection, _copies().where(same, of_council(copy, council)).order_by(c.copy_id), FoundCopy)


async def invoices_numbered(connection: AsyncConnection, council: str | None, numbers: Sequence[str]) -> Sequence[FoundInvoice]:
    """Returns the invoices and credit notes with one of these numbers."""
    query = _of(invoice, FoundInvoice).where(invoice.c.invoice_number.in_(numbers), of_council(invoice, council))
    return await _found(connection, query.order_by(invoice.c.invoice_id), FoundInvoice)


async def consignments_named(
    connection: AsyncConnection, council: str | None, numbers: Sequence[str]
) -> Sequence[FoundConsignment]:
    """Returns the consignments of a despatch with one of these numbers, and those with such a parcel."""
    c = consigned_copy.c
    parcels = select(c.consignment_id).where(IN_PARCEL, c.parcel_id.in_(numbers))
    despatches = select(consignment.c.consignment_id).where(consignment.c.despatch_number.in_(numbers))
    wanted = union(despatches, parcels).subquery("wanted")
    query = _of(consignment, FoundConsignment).join(wanted, wanted.c.consignment_id == consignment.c.consignment_id)
    order = (consignment.c.expected_on, consignment.c.consignment_id)
    return await _found(connection, query.where(of_council(consignment, council)).order_by(*order), FoundConsignment)


async def titles_with(connection: AsyncConnection, council: str | None, words: Sequence[str]) -> Sequence[FoundTitle]:
    """Returns the titles that were ordered whose name has all of these words; of the last one, the beginning is enough."""
    asked = func.to_tsquery(literal_column("'simple'::regconfig"), " & ".join([*words[:-1], f"{words[-1]}:*"]))
    o = ordered_title.c
    named_by_orders = select(o.isbn).where(o.words.op("@@")(asked), of_council(ordered_title, council)).limit(MOST_FOUND)
    ordered = ordered_title.select().where(o.isbn == title.c.isbn, of_council(ordered_title, council)).exists()
    named_by_catalogue = select(title.c.isbn).where(title.c.words.op("@@")(asked), ordered).limit(MOST_FOUND)
    wanted = union(named_by_orders, named_by_catalogue).subquery("wanted")
    shown = func.coalesce(func.nullif(func.min(title.c.title), ""), func.max(o.title)).label("title")
    query = (
        select(wanted.c.isbn, shown)
        .join(ordered_title, o.isbn == wanted.c.isbn)
        .join(title, title.c.isbn == wanted.c.isbn, isouter=True)
        .where(of_council(ordered_title, council))
        .group_by(wanted.c.isbn)
        .order_by(shown, wanted.c.isbn)
    )
    return await _found(connection, query, FoundTitle)


async def copies_of(connection: AsyncConnection, council: str | None, order_id: UUID) -> Sequence[FoundCopy]:
    """Returns the copies of an order, by branch."""
    mine = copy.c.order_id == order_id, of_council(copy, council)
    rows = await connection.execute(_copies().where(*mine).order_by(copy.c.branch, copy.c.copy_id))
    return [FoundCopy(**row) for row in rows.mappings()]


async def order_of_copy(connection: AsyncConnection, council: str | None, copy_id: UUID) -> UUID | None:
    """Returns the order that a copy is of; None for a copy that the council does not have."""
    query = select(copy.c.order_id).where(copy.c.copy_id == copy_id, of_council(copy, council))
    order_id: UUID | None = (await connection.execute(query)).scalar()
    return order_id


async def consignments_of(
    connection: AsyncConnection, council: str | None, order_id: UUID, copy_id: UUID | None = None
) -> Sequence[FoundConsignment]:
    """Returns all consignments that copies of an order, or this copy of it, are or were in, the one expected first first."""
    c = consigned_copy.c
    mine = copy.c.order_id == order_id, true() if copy_id is None else copy.c.copy_id == copy_id
    wanted = select(c.consignment_id).join(copy, copy.c.copy_id == c.copy_id).where(*mine).distinct()
    query = _of(consignment, FoundConsignment).where(consignment.c.consignment_id.in_(wanted), of_council(consignment, council))
    rows = await connection.execute(query.order_by(consignment.c.expected_on, consignment.c.consignment_id))
    return [FoundConsignment(**row) for row in rows.mappings()]


def _copies() -> Select[Any]:
    names = [name for name in FoundCopy.__annotations__ if name != "title"]
    shown = func.coalesce(func.nullif(title.c.title, ""), copy.c.title).label("title")
    return select(*(copy.c[name] for name in names), shown).join(title, title.c.isbn == copy.c.isbn, isouter=True)


def _of(table: Table, shape: type[object]) -> Select[Any]:
    columns: list[ColumnElement[Any]] = [table.c[name] for name in shape.__annotations__]
    return select(*columns)


async def _found(connection: AsyncConnection, query: Select[Any], shape: type[T]) -> Sequence[T]:
    return [shape(**row) for row in (await connection.execute(query.limit(MOST_FOUND))).mappings()]
