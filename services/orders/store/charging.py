"""Loads the ordered lines an invoice may be about, and keeps its charges or credits. Scoped by council and supplier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    Text,
    and_,
    any_,
    func,
    literal,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.invoices.invoice import Invoice
from services.orders.domain.invoices.ledger import CostEntry
from services.orders.domain.invoices.spending import ChargedCopy, Spent
from services.orders.store.accounts import Account
from services.orders.store.copy_rows import COPY, former_codes, to_copy
from services.orders.store.stated import as_json
from services.orders.store.tables import copy, copy_cost, invoice, order_line, purchase_order, timeline
from shared.contracts.base import money_or_none
from shared.contracts.orders import CopyState
from shared.contracts.stated import StatedItem
from shared.db.arrays import among
from shared.db.bulk import insert_many, update_many
from shared.history import trace
from shared.invoicing.book import Book, BookedCopy, BookedLine, Charge
from shared.invoicing.document import Document
from shared.invoicing.finding import isbn_of
from shared.money import amount_in_words


async def load_book(connection: AsyncConnection, account: Account, document: Document) -> Book:
    """Returns every ordered line that a document names in some way, with all its copies and their current charges."""
    c = order_line.c
    query: Select[Any] = (
        select(c.line_key, c.order_id, purchase_order.c.order_number, c.isbn, c.price_minor, c.price_currency, c.substitute_isbn)
        .join(purchase_order, purchase_order.c.order_id == c.order_id)
        .where(c.line_key.in_(_candidates(account, document)))
        .order_by(c.line_key)
    )
    lines = (await connection.execute(query)).all()
    copies = await _copies_of(connection, [line.line_key for line in lines])
    return Book(tuple(_booked_line(line, copies.get(line.line_key, [])) for line in lines))


def _candidates(account: Account, document: Document) -> Select[tuple[str]]:
    c = order_line.c
    keys = func.unnest(texts(line.line_key for line in document.lines if line.line_key))
    barcodes = texts(reference.barcode for line in document.lines for reference in line.copies if reference.barcode)
    named = union(
        select(keys),
        _of_orders(account, [(line.order_number, isbn_of(line)) for line in document.lines if line.order_number]),
        select(copy.c.line_key).where(copy.c.barcode == any_(barcodes)),
    )
    mine = and_(purchase_order.c.council == account.council, c.supplier_id == account.supplier_id)
    query = select(c.line_key).join(purchase_order, purchase_order.c.order_id == c.order_id)
    return query.where(mine, c.line_key.in_(named))


def _of_orders(account: Account, pairs: Sequence[tuple[str, str]]) -> Select[tuple[str]]:
    """Selects the lines of these pairs of order number and ISBN."""
    c, o = order_line.c, purchase_order.c
    numbers, isbns = texts(number for number, _ in pairs), texts(isbn for _, isbn in pairs)
    pair = func.unnest(numbers, isbns).table_valued("number", "isbn", name="pair").render_derived()
    named = or_(c.isbn == pair.c.isbn, c.substitute_isbn == pair.c.isbn)
    same = and_(o.order_number == pair.c.number, named, o.council == account.council)
    return select(c.line_key).join(purchase_order, o.order_id == c.order_id).join(pair, same)


def texts(values: Iterable[str]) -> BindParameter[Sequence[str]]:
    """Returns the values as one array: an invoice can have more references than a statement may have parameters."""
    return literal(list(values), ARRAY(Text))


async def _copies_of(connection: AsyncConnection, line_keys: Sequence[str]) -> dict[str, list[BookedCopy]]:
    standing = and_(copy_cost.c.copy_id == copy.c.copy_id, copy_cost.c.reverses.is_(None), copy_cost.c.settled_by.is_(None))
    given_back = copy_cost.alias("given_back")
    back = select(func.coalesce(func.sum(_total(given_back.c)), 0)).where(given_back.c.reverses == copy_cost.c.entry_id)
    balance = (_total(copy_cost.c) + back.scalar_subquery()).label("balance")
    c = copy.c
    charged = (copy_cost.c.entry_id, copy_cost.c.invoice_id, invoice.c.invoice_number, copy_cost.c.currency, balance)
    query: Select[Any] = (
        select(
            *(c.line_key, c.copy_id, c.copy_number, c.branch_code, c.former_branches, c.fund, c.sequence, c.given_up_as),
            *(c.state, c.barcode, *charged),
        )
        .join(copy_cost, standing, isouter=True)
        .join(invoice, invoice.c.invoice_id == copy_cost.c.invoice_id, isouter=True)
        .where(among(c.line_key, line_keys))
        .order_by(c.copy_number)
    )
    copies: dict[str, list[BookedCopy]] = {}
    for row in await connection.execute(query):
        copies.setdefault(row.line_key, []).append(_booked_copy(row))
    return copies


def _total(c: Any) -> ColumnElement[int]:
    total: ColumnElement[int] = c.net + c.servicing + c.carriage + c.other + c.vat
    return total


def _booked_line(row: Row[Any], copies: Iterable[BookedCopy]) -> BookedLine:
    price = money_or_none(row.price_minor, row.price_currency)
    return BookedLine(row.line_key, row.order_id, row.order_number, row.isbn, price, tuple(copies), row.substitute_isbn)


def _booked_copy(row: Row[Any]) -> BookedCopy:
    charge = None
    if row.entry_id is not None:
        charge = Charge(row.entry_id, row.invoice_id, row.invoice_number, row.currency, int(row.balance))
    return BookedCopy(
        copy_id=row.copy_id,
        copy_number=row.copy_number,
        branch=row.branch_code,
        state=CopyState(row.state),
        barcode=row.barcode,
        charge=charge,
        fund=row.fund,
        sequence=row.sequence,
        given_up_as=None if row.given_up_as is None else CopyState(row.given_up_as),
        former=former_codes(row.former_branches),
    )


async def copies_to_charge(connection: AsyncConnection, entries: Iterable[CostEntry]) -> dict[UUID, ChargedCopy]:
    """Returns the copies of entries by id: their account's lock is held, so that nobody changes what they commit."""
    c = copy.c
    query: Select[Any] = (
        select(*COPY, purchase_order.c.order_number)
        .join(purchase_order, purchase_order.c.order_id == c.order_id)
        .where(among(c.copy_id, {entry.copy_id for entry in entries if entry.copy_id is not None}))
    )
    return {row.copy_id: ChargedCopy(to_copy(row), row.order_number) for row in await connection.execute(query)}


async def add_entries(
    connection: AsyncConnection,
    of: Invoice,
    entries: Sequence[CostEntry],
    spent: Sequence[Spent],
    *,
    cause: str,
    at: datetime,
) -> None:
    """Keeps an invoice's charges or credits, marks charges credited in full, and adds both to the copies' timelines.

    `spent` is what they mean for the funds of the copies.
    """
    currency = of.document.currency
    funds = {each.entry.entry_id: (each.fund, each.year) for each in spent if each.year is not None}
    await insert_many(connection, copy_cost, [_cost_row(of, entry, funds.get(entry.entry_id), at) for entry in entries])
    marked = {each.after.copy_id: each.after.spend.value for each in spent if each.after.fund_year is not None}
    await update_many(connection, copy, "copy_id", [{"copy_id": key, "spend": spend} for key, spend in marked.items()])
    settled = [entry.reverses for entry in entries if entry.settles]
    if settled:
        mark = update(copy_cost).where(copy_cost.c.entry_id.in_(settled)).values(settled_by=of.invoice_id)
        await connection.execute(mark)
    word = "credited" if of.document.credit else "charged"
    rows = [
        {
            "order_id": entry.order_id,
            "line_key": entry.line_key,
            "copy_id": entry.copy_id,
            "reason": f"{word} {amount_in_words(abs(entry.total), currency)} on {of.document.invoice_number}",
            **trace(cause, at),
        }
        for entry in entries
        if entry.copy_id
    ]
    await insert_many(connection, timeline, rows)


async def keep_stated(connection: AsyncConnection, stated: Mapping[str, StatedItem]) -> None:
    """Keeps what a supplier states about copies, by copy id. The caller holds the lock of their account, alone."""
    rows = [{"copy_id": UUID(copy_id), "stated": as_json(item)} for copy_id, item in sorted(stated.items())]
    await update_many(connection, copy, "copy_id", rows)


async def credited_by(connection: AsyncConnection, entries: Sequence[CostEntry]) -> list[UUID]:
    """Returns the ids of the invoices whose charges these entries give back."""
    reversed_ids = [entry.reverses for entry in entries if entry.reverses]
    query = select(copy_cost.c.invoice_id).where(copy_cost.c.entry_id.in_(reversed_ids)).distinct()
    return sorted((await connection.execute(query)).scalars())


async def left_to_credit(connection: AsyncConnection, account: Account, invoice_number: str) -> int:
    """Returns what an invoice charged, less what credit notes that name it gave back; 0 where no such invoice counts."""
    c = invoice.c
    about = or_(
        and_(c.invoice_number == invoice_number, c.credit.is_(False)), and_(c.credits_invoice == invoice_number, c.credit)
    )
    mine = and_(c.council == account.council, c.supplier_id == account.supplier_id, about)
    query = select(func.coalesce(func.sum(_total(copy_cost.c)), 0)).join(invoice, c.invoice_id == copy_cost.c.invoice_id)
    return int((await connection.execute(query.where(mine))).scalar_one())


def _cost_row(of: Invoice, entry: CostEntry, counts_in: tuple[str, str | None] | None, at: datetime) -> dict[str, object]:
    fund, year = counts_in or (None, None)
    return {
        "entry_id": entry.entry_id,
        "invoice_id": of.invoice_id,
        "at": at,
        "line_number": entry.line_number,
        "line_key": entry.line_key,
        "order_id": entry.order_id,
        "copy_id": entry.copy_id,
        "list_price": entry.list_price,
        "discount": entry.discount,
        "net": entry.net,
        "servicing": entry.servicing,
        "carriage": entry.carriage,
        "other": entry.other,
        "vat": entry.vat,
        "currency": of.document.currency,
        "reverses": entry.reverses,
        "description": entry.description,
        "fund": fund,
        "fund_year": year,
    }
