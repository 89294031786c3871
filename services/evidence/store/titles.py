"""Adds up, by title, the copies that invoices of a period charge and what they cost before tax."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.asking import Asked
from services.evidence.domain.baselines import Title
from services.evidence.domain.prices import Bought
from services.evidence.store.scope import narrowed_to
from services.evidence.store.tables import charge, copy, invoice

_BEFORE_TAX = ("net", "servicing", "carriage", "other")


def _sum(amount: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.sum(amount), BigInteger)


def _copies(asked: Asked) -> Any:
    """Returns each copy with what it cost in the period after credits, and the month of its first invoice there.

    One that was credited in full, or that an earlier invoice charged, was not bought.
    """
    c, i = copy.c, invoice.c
    whole = _sum(reduce(add, (charge.c[name] for name in _BEFORE_TAX)))
    month = func.to_char(func.min(i.invoiced_on), "YYYY-MM")
    columns = (c.copy_id, c.supplier_id, c.isbn, c.received_at, i.currency)
    joined = charge.join(invoice, i.invoice_id == charge.c.invoice_id).join(copy, c.copy_id == charge.c.copy_id)
    query: Select[Any] = select(*columns, month.label("month"), _sum(charge.c.net).label("price"), whole.label("whole"))
    dated = query.select_from(joined).where(i.invoiced_on.between(asked.first, asked.last), c.placed_at.is_not(None))
    return narrowed_to(dated, asked).group_by(*columns).having(whole > 0).subquery()


async def titles_of(connection: AsyncConnection, asked: Asked) -> list[Title]:
    """Returns the titles of a period by supplier and currency, in order of these."""
    c = _copies(asked).c
    of = (c.supplier_id, c.currency, c.isbn)
    query = select(*of, func.count(), _sum(c.price), _sum(c.whole), func.count(c.received_at)).group_by(*of).order_by(*of)
    return [Title(*row) for row in await connection.execute(query)]


class Month(NamedTuple):
    """What was charged in a month: copies and their whole cost before tax by ISBN, and how many of them were received."""

    titles: dict[str, Bought]
    received: int


async def bought_by_month(connection: AsyncConnection, asked: Asked, currency: str) -> dict[str, Month]:
    """Returns what was charged in one currency, by month (`2026-04`)."""
    c = _copies(asked).c
    sums = (func.count(), _sum(c.whole), func.count(c.received_at))
    query = select(c.month, c.isbn, *sums).where(c.currency == currency).group_by(c.month, c.isbn)
    found: dict[str, Month] = {}
    for month, isbn, copies, whole, received in await connection.execute(query):
        known = found.get(month, Month({}, 0))
        found[month] = Month({**known.titles, isbn: Bought(copies, whole)}, known.received + received)
    return found
