"""Adds up what invoices of a period charge, by group, and counts the work done for the copies they charge. Exact."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.asking import Asked, By
from services.evidence.domain.cost_models import Activity
from services.evidence.domain.costs import Basket, Paid, Pair, Reconciled, Spent, Work
from services.evidence.store.baskets import PAID, baskets, bought, bought_titles, charged, total, whole
from services.evidence.store.own_tables import cost_model
from services.evidence.store.scope import (
    BOOK,
    day_of,
    group_of,
    invoice_queries,
    is_about_line,
    is_question,
    kept_rows,
    narrowed_to,
)
from services.evidence.store.tables import COSTS, charge, copy, discrepancy, invoice, other_charge, record
from shared.clock import Clock
from shared.db.paging import narrowed

_PARTS = ("total", "copies", "charges")


class Spending(NamedTuple):
    """What was spent, by group and currency, and the titles that two groups bought."""

    groups: dict[tuple[str, str], Spent]
    shared: dict[Pair, Basket]


async def spending(connection: AsyncConnection, asked: Asked, clock: Clock, zone: str, *, compare: bool) -> Spending:
    """Returns what was spent on each group of copies, and the work done for them until today.

    With `compare` also the titles that every two groups bought; of many groups these are very many pairs.
    """
    found: defaultdict[tuple[str, str], Spent] = defaultdict(Spent)
    async with kept_rows(connection, charged, _charged_copies(asked, zone)):
        for row in await connection.execute(_paid()):
            spent = found[row.key, row.currency]
            spent.copies, spent.paid = row.copies, Paid(**{name: getattr(row, name) for name in COSTS})
        async with kept_rows(connection, bought, bought_titles()):
            for row in await connection.execute(_work(clock.today(), zone)):
                work = Work(row.council, Activity(row.activity), row.day or date.min)
                found[row.key, row.currency].work[work] += row.times
            shared = await baskets(connection) if compare else {}
    return Spending(dict(sorted(found.items())), shared)


def _charged_copies(asked: Asked, zone: str) -> Select[Any]:
    """Selects the copies that invoices of the period charge or credit, with their group, what was paid, and days of work."""
    c, paid = copy.c, _paid_for_copies(asked)
    days = (day_of(c.received_at, zone), day_of(c.at_hub_at, zone), day_of(c.placed_at, zone))
    query = select(
        group_of(asked, paid.c.invoiced_on).label("key"),
        *(paid.c.currency, c.copy_id, c.council, c.isbn, c.promised_on, c.through_hub),
        *(day.label(name) for day, name in zip(days, ("received_on", "at_hub_on", "placed_on"), strict=True)),
        *(paid.c[name] for name in COSTS),
    )
    joined = query.select_from(paid.join(copy, c.copy_id == paid.c.copy_id))
    return narrowed_to(joined.where(c.placed_at.is_not(None)), asked)


def _paid_for_copies(asked: Asked) -> Subquery:
    """Selects what each copy was charged and credited, by currency; by month in each month, by switch on each side of it."""
    i = invoice.c
    grouped: list[ColumnElement[Any]] = [charge.c.copy_id, i.currency]
    by_day: list[ColumnElement[Any]] = [func.date_trunc("month", i.invoiced_on)] if asked.by is By.MONTH else []
    if asked.switch is not None:
        by_day = [i.invoiced_on < asked.switch.after.first]
    sums = (whole(charge.c[name]).label(name) for name in COSTS)
    query = select(*grouped, func.min(i.invoiced_on).label("invoiced_on"), *sums)
    # An invoice charges copies of its own council only.
    mine = narrowed(query.join(invoice, i.invoice_id == charge.c.invoice_id), {i.council: asked.council})
    return mine.where(i.invoiced_on.between(asked.first, asked.last)).group_by(*grouped, *by_day).subquery("paid")


def _paid() -> Select[Any]:
    c = charged.c
    # A copy that was charged and credited in the period was not bought.
    copies = func.count().filter(total(charged, PAID) != 0).label("copies")
    sums = (whole(c[name]).label(name) for name in COSTS)
    return select(c.key, c.currency, copies, *sums).group_by(c.key, c.currency)


def _work(today: date, zone: str) -> Select[Any]:
    """Counts work by the days on which the same cost model applies: `day` is the first of them, null before any model."""
    c = charged.c
    late = c.promised_on < func.coalesce(c.received_on, today)
    each = union_all(
        _times(Activity.RECEIVING, c.received_on).where(c.received_on.is_not(None)),
        _times(Activity.UNPACKING_AT_HUB, c.at_hub_on).where(c.at_hub_on.is_not(None)),
        _times(Activity.VAN, c.received_on).where(c.received_on.is_not(None), c.through_hub),
        _times(Activity.CHASING, c.promised_on).where(late),
        _cataloguing(),
        _queries(zone),
        _discrepancies(zone),
    ).subquery()
    stretch = _stretches()
    until = or_(stretch.c.until.is_(None), each.c.day < stretch.c.until)
    joined = each.join(stretch, and_(stretch.c.council == each.c.council, stretch.c.day <= each.c.day, until), isouter=True)
    grouped = (each.c.key, each.c.currency, each.c.council, each.c.activity, stretch.c.day)
    return select(*grouped, func.count().label("times")).select_from(joined).group_by(*grouped)


def _stretches() -> Subquery:
    """Selects days from which on another cost model may apply to a council, each until the next."""
    c = cost_model.c
    ended = select(c.council, (c.valid_to + 1).label("day")).where(c.valid_to.is_not(None))
    change = union(select(c.council, c.valid_from.label("day")), ended).subquery()
    until = func.lead(change.c.day).over(partition_by=change.c.council, order_by=change.c.day)
    return select(change.c.council, change.c.day, until.label("until")).subquery("stretch")


def _times(activity: Activity, day: ColumnElement[Any]) -> Select[Any]:
    c = charged.c
    return select(c.key, c.currency, c.council, literal(activity.value).label("activity"), day.label("day"))


def _cataloguing() -> Select[Any]:
    """Selects each title of a group and council once, on the day of its first order, that has no record or a poor one."""
    c = bought.c
    without = record.c.isbn.is_(None)
    activity = case((without, Activity.CATALOGUING_WITHOUT_RECORD.value), else_=Activity.CATALOGUING_POOR_RECORD.value)
    joined = bought.join(record, and_(record.c.council == c.council, record.c.isbn == c.isbn), isouter=True)
    each = select(c.key, c.currency, c.council, activity.label("activity"), c.ordered_on.label("day")).select_from(joined)
    return each.where(or_(without, ~record.c.passes), c.isbn.regexp_match(BOOK))


def _queries(zone: str) -> Select[Any]:
    c, asked = charged.c, invoice_queries()
    joined = (
        charged.join(charge, charge.c.copy_id == c.copy_id)
        .join(invoice, and_(invoice.c.invoice_id == charge.c.invoice_id, invoice.c.queries.is_not(None)))
        .join(asked, and_(is_about_line(asked), is_question(asked)))
    )
    day = day_of(invoice.c.queried_at, zone)
    each = select(c.key, c.currency, c.council, day.label("day"), charge.c.invoice_id, asked.c.number)
    rows = each.select_from(joined).distinct().subquery()
    return select(rows.c.key, rows.c.currency, rows.c.council, literal(Activity.QUERY.value).label("activity"), rows.c.day)


def _discrepancies(zone: str) -> Select[Any]:
    joined = charged.join(discrepancy, discrepancy.c.copy_id == charged.c.copy_id)
    return _times(Activity.DISCREPANCY, day_of(discrepancy.c.found_at, zone)).select_from(joined)


async def reconciled(connection: AsyncConnection, asked: Asked) -> list[Reconciled]:
    """Returns the matched invoices and credit notes of the period by supplier, whatever copies are asked for besides."""
    i = invoice.c
    dated = select(i.invoice_id, i.supplier_id, i.currency, case((i.credit, -i.total), else_=i.total).label("signed")).where(
        i.invoiced_on.between(asked.first, asked.last), i.matched_at.is_not(None)
    )
    mine = narrowed(dated, {i.council: asked.council, i.supplier_id: asked.supplier_id}).cte("mine")
    parts = union_all(
        _summed(mine, mine, "total", mine.c.signed),
        _summed(mine, mine.join(charge, charge.c.invoice_id == mine.c.invoice_id), "copies", total(charge, PAID)),
        _summed(
            mine,
            mine.join(other_charge, other_charge.c.invoice_id == mine.c.invoice_id),
            "charges",
            total(other_charge, ("net", "vat")),
        ),
    )
    found: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(_PARTS, 0))
    for row in await connection.execute(parts):
        found[row.supplier_id, row.currency][row.part] = row.amount
    return [Reconciled(*of, *(sums[part] for part in _PARTS)) for of, sums in sorted(found.items())]


def _summed(mine: CTE, rows: FromClause, part: str, amount: ColumnElement[Any]) -> Select[Any]:
    of = (mine.c.supplier_id, mine.c.currency)
    return select(*of, literal(part).label("part"), whole(amount).label("amount")).select_from(rows).group_by(*of)
