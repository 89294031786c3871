"""Adds up what invoices of a period charge, by group, and counts the work done for the copies they charge. Exact."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, FromClause, Select, and_, case, cast, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.asking import Asked
from services.evidence.domain.cost_models import Activity
from services.evidence.domain.costs import Basket, Paid, Reconciled, Spent, Work
from services.evidence.domain.prices import Bought
from services.evidence.store.scope import BOOK, day_of, group_of, invoice_queries, is_about_line, is_question, narrowed_to
from services.evidence.store.tables import COSTS, charge, copy, discrepancy, invoice, other_charge, record
from shared.clock import Clock
from shared.db.paging import narrowed

_PAID = ("net", "servicing", "carriage", "other", "vat")

Spending = dict[tuple[str, str], Spent]
"""What was spent, by group and currency."""


def _whole(amount: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.coalesce(func.sum(amount), 0), BigInteger)


def _charged_copies(asked: Asked, zone: str) -> CTE:
    """Returns the copies that invoices of the period charge or credit, with their group, what was paid, and days of work."""
    c, i = copy.c, invoice.c
    key = group_of(asked, i.invoiced_on)
    days = (day_of(c.received_at, zone), day_of(c.at_hub_at, zone), day_of(c.placed_at, zone))
    columns = [
        key.label("key"), i.currency, c.copy_id, c.council, c.isbn, c.promised_on, c.through_hub,
        *(day.label(name) for day, name in zip(days, ("received_on", "at_hub_on", "placed_on"), strict=True)),
    ]  # fmt: skip
    joined = charge.join(invoice, i.invoice_id == charge.c.invoice_id).join(copy, c.copy_id == charge.c.copy_id)
    query = select(*columns, *(_whole(charge.c[name]).label(name) for name in COSTS)).select_from(joined)
    dated = query.where(i.invoiced_on.between(asked.first, asked.last), c.placed_at.is_not(None))
    return narrowed_to(dated, asked).group_by(*columns).cte("charged")


async def spending(connection: AsyncConnection, asked: Asked, clock: Clock, zone: str) -> Spending:
    """Returns what was spent on each group of copies, and the work done for them until today."""
    charged = _charged_copies(asked, zone)
    found: defaultdict[tuple[str, str], Spent] = defaultdict(Spent)
    for row in await connection.execute(_paid(charged)):
        spent = found[row.key, row.currency]
        spent.copies, spent.paid = row.copies, Paid(**{name: getattr(row, name) for name in COSTS})
    for row in await connection.execute(_titles(charged)):
        basket = Basket(Bought(row.copies, row.price), Bought(row.copies, row.whole))
        found[row.key, row.currency].titles[row.isbn] = basket
    for row in await connection.execute(_work(charged, clock.today(), zone)):
        found[row.key, row.currency].work[Work(row.council, Activity(row.activity), row.day)] += row.times
    return dict(sorted(found.items()))


def _paid(charged: CTE) -> Select[Any]:
    c = charged.c
    # A copy that was charged and credited in the period was not bought.
    copies = func.count().filter(_total(charged, _PAID) != 0).label("copies")
    sums = (_whole(c[name]).label(name) for name in COSTS)
    return select(c.key, c.currency, copies, *sums).group_by(c.key, c.currency)


def _titles(charged: CTE) -> Select[Any]:
    c = charged.c
    before_tax = _total(charged, _PAID[:-1])
    sums = (_whole(c.net).label("price"), _whole(before_tax).label("whole"))
    bought = select(c.key, c.currency, c.isbn, func.count().label("copies"), *sums).where(_total(charged, _PAID) != 0)
    return bought.group_by(c.key, c.currency, c.isbn)


def _work(charged: CTE, today: date, zone: str) -> Select[Any]:
    c = charged.c
    late = c.promised_on < func.coalesce(c.received_on, today)
    each = union_all(
        _times(charged, Activity.RECEIVING, c.received_on).where(c.received_on.is_not(None)),
        _times(charged, Activity.UNPACKING_AT_HUB, c.at_hub_on).where(c.at_hub_on.is_not(None)),
        _times(charged, Activity.VAN, c.received_on).where(c.received_on.is_not(None), c.through_hub),
        _times(charged, Activity.CHASING, c.promised_on).where(late),
        _cataloguing(charged),
        _queries(charged, zone),
        _discrepancies(charged, zone),
    ).subquery()
    grouped = (each.c.key, each.c.currency, each.c.council, each.c.activity, each.c.day)
    return select(*grouped, func.count().label("times")).group_by(*grouped)


def _times(charged: CTE, activity: Activity, day: ColumnElement[Any]) -> Select[Any]:
    c = charged.c
    return select(c.key, c.currency, c.council, literal(activity.value).label("activity"), day.label("day"))


def _cataloguing(charged: CTE) -> Select[Any]:
    """Selects each title of a group and council once, on the day of its first order, that has no record or a poor one."""
    c = charged.c
    without = record.c.isbn.is_(None)
    activity = case((without, Activity.CATALOGUING_WITHOUT_RECORD.value), else_=Activity.CATALOGUING_POOR_RECORD.value).label(
        "activity"
    )
    joined = charged.join(record, and_(record.c.council == c.council, record.c.isbn == c.isbn), isouter=True)
    each = (
        select(c.key, c.currency, c.council, c.isbn, activity, c.placed_on)
        .select_from(joined)
        .where(or_(without, ~record.c.passes), c.isbn.regexp_match(BOOK))
        .subquery()
    )
    title = (each.c.key, each.c.currency, each.c.council, each.c.activity)
    return select(*title, func.min(each.c.placed_on).label("day")).group_by(*title, each.c.isbn)


def _queries(charged: CTE, zone: str) -> Select[Any]:
    c, asked = charged.c, invoice_queries()
    joined = (
        charged.join(charge, charge.c.copy_id == c.copy_id)
        .join(invoice, invoice.c.invoice_id == charge.c.invoice_id)
        .join(asked, and_(is_about_line(asked), is_question(asked)))
    )
    day = day_of(invoice.c.queried_at, zone)
    each = select(c.key, c.currency, c.council, day.label("day"), charge.c.invoice_id, asked.c.number)
    rows = each.select_from(joined).distinct().subquery()
    return select(rows.c.key, rows.c.currency, rows.c.council, literal(Activity.QUERY.value).label("activity"), rows.c.day)


def _discrepancies(charged: CTE, zone: str) -> Select[Any]:
    joined = charged.join(discrepancy, discrepancy.c.copy_id == charged.c.copy_id)
    return _times(charged, Activity.DISCREPANCY, day_of(discrepancy.c.found_at, zone)).select_from(joined)


async def reconciled(connection: AsyncConnection, asked: Asked) -> list[Reconciled]:
    """Returns the matched invoices and credit notes of the period by supplier, whatever copies are asked for besides."""
    i = invoice.c
    of_copies = (
        select(charge.c.invoice_id, _whole(_total(charge, _PAID)).label("copies")).group_by(charge.c.invoice_id).subquery()
    )
    of_none = select(other_charge.c.invoice_id, _whole(_total(other_charge, ("net", "vat"))).label("charges"))
    others = of_none.group_by(other_charge.c.invoice_id).subquery()
    signed = case((i.credit, -i.total), else_=i.total)
    joined = invoice.join(of_copies, of_copies.c.invoice_id == i.invoice_id, isouter=True).join(
        others, others.c.invoice_id == i.invoice_id, isouter=True
    )
    sums = (_whole(signed).label("total"), _whole(of_copies.c.copies).label("copies"), _whole(others.c.charges).label("charges"))
    query = select(i.supplier_id, i.currency, *sums).select_from(joined)
    dated = query.where(i.invoiced_on.between(asked.first, asked.last), i.matched_at.is_not(None))
    mine = narrowed(dated, {i.council: asked.council, i.supplier_id: asked.supplier}).group_by(i.supplier_id, i.currency)
    return [Reconciled(*row) for row in await connection.execute(mine.order_by(i.supplier_id, i.currency))]


def _total(rows: FromClause, names: tuple[str, ...]) -> ColumnElement[Any]:
    return reduce(add, (rows.c[name] for name in names))
