"""Keeps invoices and their lines as the supplier wrote them, and loads them again for a decision."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    and_,
    any_,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.invoices.invoice import Invoice, InvoiceState
from services.orders.domain.invoices.numbers import EarlierInvoice
from services.orders.store.accounts import Account
from services.orders.store.charging import texts
from services.orders.store.stated import as_json, from_json
from services.orders.store.tables import copy, invoice, invoice_line, order_line, purchase_order
from shared.contracts.invoices import Cost, InvoicedCharge, InvoicedLine, InvoiceQuery, TaxAtRate
from shared.contracts.stated import SupplierReferences
from shared.contracts.suppliers import CopyReference
from shared.db.bulk import insert_many
from shared.invoicing.document import Document
from shared.invoicing.matching import LineMatch, Matching

_QUERIES = TypeAdapter(tuple[InvoiceQuery, ...])
_REFERENCES = TypeAdapter(tuple[CopyReference, ...])
_COSTS = TypeAdapter(tuple[Cost, ...])
_CHARGES = TypeAdapter(tuple[InvoicedCharge, ...])
_TAXES = TypeAdapter(tuple[TaxAtRate, ...])


async def with_number(connection: AsyncConnection, account: Account, document: Document) -> list[EarlierInvoice]:
    """Returns the invoices (or credit notes) with the number of a document, oldest first."""
    c = invoice.c
    same = (c.council, c.supplier_id, c.invoice_number, c.credit)
    values = (account.council, account.supplier_id, document.invoice_number, document.credit)
    query = select(c.invoice_id, c.message_id, c.fingerprint, c.state, c.invoiced_on, c.replaced)
    query = query.where(*(column == value for column, value in zip(same, values, strict=True)))
    return [
        EarlierInvoice(
            row.invoice_id, row.message_id, row.fingerprint, InvoiceState(row.state), row.invoiced_on, frozenset(row.replaced)
        )
        for row in await connection.execute(query.order_by(c.received_at, c.invoice_id))
    ]


async def waiting_for(
    connection: AsyncConnection, accounts: Sequence[Account], line_keys: Collection[str], *, credit: bool | None = None
) -> list[UUID]:
    """Returns the accounts' queried documents about these ordered lines, oldest first.

    All of them, or with `credit` only credit notes, or only invoices.
    """
    only = () if credit is None else (invoice.c.credit.is_(credit),)
    return await _queried(connection, accounts, invoice.c.invoice_id.in_(_about(line_keys)), *only)


async def credits_waiting(
    connection: AsyncConnection, account: Account, invoice_number: str, line_keys: Collection[str]
) -> list[UUID]:
    """Returns the queried credit notes that name an invoice, or name none and are about its ordered lines; oldest first."""
    c = invoice.c
    named = or_(c.credits_invoice == invoice_number, and_(c.credits_invoice.is_(None), c.invoice_id.in_(_about(line_keys))))
    return await _queried(connection, [account], c.credit, named)


async def _queried(connection: AsyncConnection, accounts: Sequence[Account], *where: ColumnElement[bool]) -> list[UUID]:
    c = invoice.c
    # Other councils may use the same order numbers and barcodes; their accounts are not locked.
    mine = tuple_(c.council, c.supplier_id).in_([(account.council, account.supplier_id) for account in accounts])
    query = select(c.invoice_id).where(mine, *where, c.state == InvoiceState.QUERIED.value)
    return list((await connection.execute(query.order_by(c.received_at, c.invoice_id))).scalars())


def _about(line_keys: Collection[str]) -> CompoundSelect[tuple[UUID]]:
    """Selects the ids of documents about these ordered lines, of whatever account.

    Where a document's line was not found in the book, its order number, line key or barcodes may still lead to them.
    """
    given = any_(texts(line_keys))
    lost = select(invoice_line.c.invoice_id).where(invoice_line.c.found_key.is_(None))
    of_order = select(purchase_order.c.order_number).join(order_line, order_line.c.order_id == purchase_order.c.order_id)
    named = func.jsonb_build_array(func.jsonb_build_object("barcode", copy.c.barcode))
    return union(
        select(invoice_line.c.invoice_id).where(invoice_line.c.found_key == given),
        lost.where(invoice_line.c.line_key == given),
        lost.where(invoice_line.c.order_number.in_(of_order.where(order_line.c.line_key == given))),
        lost.join(copy, invoice_line.c.copies.contains(named)).where(copy.c.line_key == given, copy.c.barcode.is_not(None)),
    )


async def account_of(connection: AsyncConnection, invoice_id: UUID, council: str) -> Account | None:
    """Returns the account of an invoice of the council; None if the council has no such invoice."""
    query = select(invoice.c.supplier_id).where(invoice.c.invoice_id == invoice_id, invoice.c.council == council)
    supplier_id = (await connection.execute(query)).scalar_one_or_none()
    return None if supplier_id is None else Account(council, supplier_id)


async def load_invoice(connection: AsyncConnection, invoice_id: UUID) -> Invoice:
    """Loads an invoice that is known to exist. The caller holds the lock of its account."""
    row = (await connection.execute(select(invoice).where(invoice.c.invoice_id == invoice_id))).one()
    lines = select(invoice_line).where(invoice_line.c.invoice_id == invoice_id).order_by(invoice_line.c.place)
    return to_invoice(row, [_line(line) for line in await connection.execute(lines)])


async def add_invoice(connection: AsyncConnection, new: Invoice, *, at: datetime) -> None:
    """Keeps a new invoice, without its lines."""
    await connection.execute(insert(invoice).values(invoice_id=new.invoice_id, received_at=at, **_values(new)))


async def change_invoice(connection: AsyncConnection, changed: Invoice) -> None:
    """Writes an invoice after a decision, or after its message was read again."""
    await connection.execute(update(invoice).where(invoice.c.invoice_id == changed.invoice_id).values(**_values(changed)))


async def write_lines(connection: AsyncConnection, invoice_id: UUID, matching: Matching) -> None:
    """Writes the lines of an invoice, each with the ordered line found for it. Replaces lines written before."""
    await connection.execute(delete(invoice_line).where(invoice_line.c.invoice_id == invoice_id))
    rows = [_line_row(invoice_id, place, line) for place, line in enumerate(matching.lines, start=1)]
    await insert_many(connection, invoice_line, rows)


def _values(of: Invoice) -> dict[str, Any]:
    document = of.document
    queries = [query.model_dump(mode="json") for query in of.queries]
    return {
        "council": of.council,
        "supplier_id": document.supplier_id,
        "message_id": of.message_id,
        "invoice_number": document.invoice_number,
        "credit": document.credit,
        "credits_invoice": document.credits_invoice,
        "invoiced_on": document.invoiced_on,
        "currency": document.currency,
        "total": document.total,
        "doubts": list(document.doubts),
        "fingerprint": of.fingerprint,
        "state": of.state.value,
        "version": of.version,
        "queries": queries,
        # What was asked stays, when its invoice matches after all.
        **({"asked": queries} if queries else {}),
        "replaced": list(of.replaced),
        "charges": [charge.model_dump(mode="json") for charge in document.charges],
        "taxes": [tax.model_dump(mode="json") for tax in document.taxes],
    }


def asked_of(row: Row[Any]) -> tuple[InvoiceQuery, ...]:
    """Returns the last queries of a row of `invoice`, also once they are settled."""
    return _QUERIES.validate_python(row.queries if row.asked is None else row.asked)


def _line_row(invoice_id: UUID, place: int, matched: LineMatch) -> dict[str, object]:
    line, found = matched.line, matched.found
    return {
        "invoice_id": invoice_id,
        "place": place,
        "line_number": line.line_number,
        "line_key": line.line_key,
        "order_number": line.order_number,
        "isbn": line.isbn,
        "quantity": line.quantity,
        "copies": [reference.model_dump() for reference in line.copies],
        "costs": [cost.model_dump() for cost in line.costs],
        "found_key": found.line.line_key if found else None,
        "found_order_id": found.line.order_id if found else None,
        "found_by": found.by.value if found else None,
        "title": line.title,
        "supplier_references": as_json(line.supplier_references),
    }


def _line(row: Row[Any]) -> InvoicedLine:
    return InvoicedLine(
        line_number=row.line_number,
        line_key=row.line_key,
        order_number=row.order_number,
        isbn=row.isbn,
        quantity=row.quantity,
        copies=_REFERENCES.validate_python(row.copies),
        costs=_COSTS.validate_python(row.costs),
        title=row.title,
        supplier_references=from_json(SupplierReferences, row.supplier_references),
    )


def to_invoice(row: Row[Any], lines: Sequence[InvoicedLine] = ()) -> Invoice:
    """Returns the invoice of a row that has all columns of `invoice`; without lines where they are not needed."""
    document = Document(
        supplier_id=row.supplier_id,
        invoice_number=row.invoice_number,
        credit=row.credit,
        credits_invoice=row.credits_invoice,
        invoiced_on=row.invoiced_on,
        currency=row.currency,
        total=row.total,
        doubts=tuple(row.doubts),
        lines=tuple(lines),
        charges=_CHARGES.validate_python(row.charges),
        taxes=_TAXES.validate_python(row.taxes),
    )
    return Invoice(
        invoice_id=row.invoice_id,
        council=row.council,
        message_id=row.message_id,
        fingerprint=row.fingerprint,
        document=document,
        state=InvoiceState(row.state),
        version=row.version,
        queries=_QUERIES.validate_python(row.queries),
        replaced=tuple(row.replaced),
    )
