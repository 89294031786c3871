"""Counts days per leg and touches of copies, by route. Reads facts only, and as counts, never copy by copy."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, Integer, Numeric, Select, Subquery, and_, case, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.asking import Asked
from services.evidence.domain.handling import DIRECT, HUB, Handled
from services.evidence.store.scope import day_of, invoice_queries, is_about_line, is_question, narrowed_to
from services.evidence.store.tables import cancellation, charge, copy, discrepancy, invoice
from shared.clock import Clock
from shared.db.paging import narrowed

_LEGS = ("to_hub", "from_hub", "to_branch")
# Touches are counted in parts of so many: whole numbers are added up quickly, and few of them are different.
_WHOLE = 10_000
_PARTS = ("scans", "discrepancies", "invoice_queries", "cancellations")


async def handled(connection: AsyncConnection, asked: Asked, clock: Clock, zone: str) -> dict[str, Handled]:
    """Returns what is counted of copies that were placed in the period and scanned, by the route that they took."""
    scanned = _scanned(asked, clock, zone)
    found: defaultdict[str, Handled] = defaultdict(Handled)
    for row in await connection.execute(_legs(scanned)):
        for leg in _LEGS:
            days = getattr(row, leg)
            if days is not None:
                getattr(found[row.route], leg)[float(max(days, 0))] += row.copies
    for row in await connection.execute(_touches(scanned, asked)):
        each = found[row.route]
        each.touches[row.touches / _WHOLE] += row.copies
        for name in _PARTS:
            each.parts[name] += getattr(row, name) / _WHOLE
    return {route: found[route] for route in (HUB, DIRECT) if route in found}


def _scanned(asked: Asked, clock: Clock, zone: str) -> CTE:
    c = copy.c
    days = {"despatched_on": c.despatched_at, "at_hub_on": c.at_hub_at, "received_on": c.received_at}
    # Whoever scans a copy states by which leg it came.
    route = case((c.through_hub, HUB), else_=DIRECT).label("route")
    query = select(c.copy_id, c.line_key, route, *(day_of(moment, zone).label(name) for name, moment in days.items()))
    after = clock.start_of(asked.last + timedelta(days=1))
    placed = query.where(c.placed_at >= clock.start_of(asked.first), c.placed_at < after)
    return narrowed_to(placed.where(or_(c.received_at.is_not(None), c.at_hub_at.is_not(None))), asked).cte("scanned")


def _legs(scanned: CTE) -> Select[Any]:
    c = scanned.c
    legs = (
        (c.at_hub_on - c.despatched_on).label("to_hub"),
        (c.received_on - c.at_hub_on).label("from_hub"),
        (c.received_on - c.despatched_on).label("to_branch"),
    )
    each = select(c.route, *legs).subquery("legs")
    return select(each, func.count().label("copies")).group_by(*each.c)


def _touches(scanned: CTE, asked: Asked) -> Select[Any]:
    c = scanned.c
    found, queried, cancelled = _discrepancies(asked), _queries(asked), _cancellations(asked)
    scans = case((c.at_hub_on.is_(None), _WHOLE), else_=2 * _WHOLE)
    parts = (
        scans.label("scans"),
        func.coalesce(found.c.times, 0).label("discrepancies"),
        func.coalesce(queried.c.times, 0).label("invoice_queries"),
        func.coalesce(cancelled.c.times, 0).label("cancellations"),
    )
    joined = (
        scanned.join(found, found.c.copy_id == c.copy_id, isouter=True)
        .join(queried, queried.c.copy_id == c.copy_id, isouter=True)
        .join(cancelled, cancelled.c.line_key == c.line_key, isouter=True)
    )
    each = select(c.route, *parts).select_from(joined).where(c.received_on.is_not(None)).subquery("touched")
    touches = sum((each.c[name] for name in _PARTS[1:]), each.c.scans).label("touches")
    sums = (cast(func.sum(each.c[name]), BigInteger).label(name) for name in _PARTS)
    return select(each.c.route, touches, func.count().label("copies"), *sums).group_by(each.c.route, touches)


def _discrepancies(asked: Asked) -> Subquery:
    c = discrepancy.c
    query = select(c.copy_id, cast(_WHOLE * func.count(), Integer).label("times")).where(c.copy_id.is_not(None))
    return narrowed(query, {c.council: asked.council}).group_by(c.copy_id).subquery("found")


def _queries(asked: Asked) -> Subquery:
    """Returns each copy's part of the queries of its invoice lines: a query about a line of ten copies is a tenth for each."""
    asking = invoice_queries()
    of_line = (charge.c.invoice_id, charge.c.line_number, asking.c.number)
    part = _part_of(func.count().over(partition_by=of_line))
    joined = invoice.join(asking, is_question(asking)).join(
        charge, and_(charge.c.invoice_id == invoice.c.invoice_id, is_about_line(asking))
    )
    query = select(charge.c.copy_id, part.label("part")).select_from(joined)
    each = narrowed(query, {invoice.c.council: asked.council}).subquery("queried_line")
    return (
        select(each.c.copy_id, cast(func.sum(each.c.part), Integer).label("times")).group_by(each.c.copy_id).subquery("queried")
    )


def _cancellations(asked: Asked) -> Subquery:
    """Returns the part that each copy of a line has in the request to cancel copies of it: which copies, no fact says."""
    c = copy.c
    asked_for = narrowed(select(cancellation.c.line_key), {cancellation.c.council: asked.council})
    part = _part_of(func.count()).label("times")
    return select(c.line_key, part).where(c.line_key.in_(asked_for)).group_by(c.line_key).subquery("cancelled")


def _part_of(copies: ColumnElement[int]) -> ColumnElement[int]:
    """Returns the part of each of the copies, rounded."""
    return cast(func.round(_WHOLE / cast(copies, Numeric)), Integer)
