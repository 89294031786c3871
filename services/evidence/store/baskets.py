"""Adds up the titles that two groups of copies bought, so that their prices can be compared. Exact."""

from __future__ import annotations

from collections import defaultdict
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    FromClause,
    Numeric,
    Select,
    Text,
    Uuid,
    and_,
    case,
    cast,
    func,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.costs import Basket, Pair
from services.evidence.domain.prices import MOST_DRAWN, Bought, Titles
from services.evidence.store.scope import passing_table
from services.evidence.store.tables import COSTS

PAID = ("net", "servicing", "carriage", "other", "vat")
_AMOUNTS = Basket._fields

charged = passing_table(
    "charged",
    *(Column(name, Text) for name in ("key", "currency", "council", "isbn")),
    Column("copy_id", Uuid),
    Column("through_hub", Boolean),
    *(Column(name, Date) for name in ("promised_on", "received_on", "at_hub_on", "placed_on")),
    *(Column(name, BigInteger) for name in COSTS),
)
"""Copies that invoices of the period charge or credit, each with its group as `key`, what was paid, and days of work."""

bought = passing_table(
    "bought",
    *(Column(name, Text) for name in ("key", "currency", "council", "isbn")),
    Column("ordered_on", Date),
    *(Column(name, BigInteger) for name in ("copies", *_AMOUNTS)),
)
"""Titles of a group and council: their first order, their copies, and what they cost before tax."""


def whole(amount: ColumnElement[Any]) -> ColumnElement[Any]:
    """Returns the sum of an amount in minor units; PostgreSQL's own has another type."""
    return cast(func.coalesce(func.sum(amount), 0), BigInteger)


def total(rows: FromClause, names: tuple[str, ...]) -> ColumnElement[Any]:
    """Returns the sum of columns of a row."""
    return reduce(add, (rows.c[name] for name in names))


def bought_titles() -> Select[Any]:
    """Selects each title of a group and council: its first order, its copies, and what they cost before tax.

    A copy that was charged and credited was ordered, but not bought.
    """
    c, is_bought = charged.c, total(charged, PAID) != 0
    title = (c.key, c.currency, c.council, c.isbn)
    sums = {"price": c.net, "whole": total(charged, PAID[:-1])}
    return select(
        *title,
        func.min(c.placed_on).label("ordered_on"),
        func.count().filter(is_bought).label("copies"),
        *(whole(case((is_bought, amount))).label(name) for name, amount in sums.items()),
    ).group_by(*title)


async def baskets(connection: AsyncConnection) -> dict[Pair, Basket]:
    """Returns the titles that every two groups of one currency bought, title by title; of very many, those of the same
    numbers of copies together.
    """
    found: defaultdict[Pair, Basket] = defaultdict(lambda: Basket([], []))
    for row in await connection.execute(_shared(_pairs(_titles()))):
        basket = found[Pair(row.first, row.currency, row.second)]
        for name in _AMOUNTS:
            cost, other, *products = (int(getattr(row, f"{name}_{part}")) for part in ("first", "second", "11", "12", "22"))
            titles = Titles(row.titles, Bought(row.copies, cost), Bought(row.other_copies, other), tuple(products))
            getattr(basket, name).append(titles)
    return dict(sorted(found.items()))


def _titles() -> CTE:
    c = bought.c
    title = (c.key, c.currency, c.isbn)
    sums = (whole(c[name]).label(name) for name in ("copies", *_AMOUNTS))
    return select(*title, *sums).where(c.copies > 0).group_by(*title).cte("title")


def _pairs(title: CTE) -> CTE:
    """Selects each title that two groups bought, and whether they bought too many of the same to name each."""
    one, two = title.alias("one"), title.alias("two")
    # The order of the keys is that of the groups in the answer, whatever the database's own order is.
    same = and_(one.c.isbn == two.c.isbn, one.c.currency == two.c.currency, one.c.key.collate("C") < two.c.key.collate("C"))
    pair = (one.c.key, one.c.currency, two.c.key)
    return (
        select(
            *(one.c.key.label("first"), two.c.key.label("second"), one.c.currency, one.c.isbn),
            *(one.c.copies, two.c.copies.label("other_copies")),
            *(cast(one.c[name], Numeric).label(f"{name}_first") for name in _AMOUNTS),
            *(cast(two.c[name], Numeric).label(f"{name}_second") for name in _AMOUNTS),
            (func.count().over(partition_by=pair) > MOST_DRAWN).label("many"),
        )
        .select_from(one.join(two, same))
        .cte("pair")
    )


def _shared(pair: CTE) -> Select[Any]:
    c = pair.c
    title = case((~c.many, c.isbn)).collate("C")
    grouped = (c.first, c.currency, c.second, title, c.copies, c.other_copies)
    sums = [func.sum(amount).label(name) for amounts in _AMOUNTS for name, amount in _products(pair, amounts).items()]
    query = select(*grouped[:3], c.copies, c.other_copies, func.count().label("titles"), *sums)
    return query.group_by(*grouped).order_by(*grouped[:3], title, c.copies, c.other_copies)


def _products(pair: CTE, name: str) -> dict[str, ColumnElement[Any]]:
    one, two = pair.c[f"{name}_first"], pair.c[f"{name}_second"]
    return {
        f"{name}_first": one,
        f"{name}_second": two,
        f"{name}_11": one * one,
        f"{name}_12": one * two,
        f"{name}_22": two * two,
    }
