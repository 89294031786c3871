"""Counts titles that were ordered again while earlier copies were open, by council. Reads facts of copies only, and as counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.asking import Asked
from services.evidence.domain.duplication import Again
from services.evidence.store.tables import copy, edition
from shared.clock import Clock
from shared.contracts.orders import GIVEN_UP, CopyState
from shared.db.paging import narrowed
from shared.works.grouping import OVERGROWN

# Copies in these states wait for nothing, also where it is not known since when.
_ENDED = sorted({*GIVEN_UP, CopyState.RECEIVED})
_OF_LINE = ("council", "supplier_id", "order_id", "isbn", "placed_at", "replaces")


async def ordered_again(connection: AsyncConnection, asked: Asked, clock: Clock) -> list[Again]:
    """Returns what each council ordered in the period, and what of that again."""
    lines = _lines(asked, clock)
    pairs = _pairs(lines)
    return [Again(*row) for row in await connection.execute(_counted(lines, _titles(pairs, _matches(pairs, asked, clock))))]


def _open_until(asked: Asked, clock: Clock) -> ColumnElement[datetime]:
    """Returns until when a copy was waited for; the end of the period for one that still is."""
    c = copy.c
    ended = func.least(c.received_at, c.given_up_at)
    after = clock.start_of(asked.last + timedelta(days=1))
    return case((ended.is_not(None), ended), (c.state.in_(_ENDED), c.placed_at), else_=after)


def _lines(asked: Asked, clock: Clock) -> CTE:
    """Returns the lines that were ordered in the period, or were open in it, and until when copies of them were.

    What is placed again for copies that another supplier does not supply is not new: it was ordered before.
    """
    c, open_until = copy.c, _open_until(asked, clock)
    start, after = clock.start_of(asked.first), clock.start_of(asked.last + timedelta(days=1))
    sums = (func.max(open_until).label("open_until"), func.count().label("copies"))
    # Grouped by the key alone, which tells the rest: by all of them, a million rows would have to be sorted.
    grouped = select(c.line_key, *(func.any_value(c[name]).label(name) for name in _OF_LINE), *sums).group_by(c.line_key)
    grouped = grouped.where(c.placed_at < after, or_(c.placed_at >= start, open_until > start))
    line = narrowed(grouped, {c.council: asked.council}).subquery("line")
    work = func.coalesce(func.nullif(edition.c.work, OVERGROWN), line.c.isbn).label("work")
    is_new = and_(line.c.placed_at >= start, line.c.replaces.is_(None)).label("is_new")
    joined = line.join(edition, edition.c.isbn == line.c.isbn, isouter=True)
    return select(line, work, is_new).select_from(joined).cte("lines")


def _pairs(lines: CTE) -> CTE:
    """Returns new lines, each with an earlier line of the title of which copies were open, from another order or supplier."""
    new, old = lines.alias("new"), lines.alias("old")
    same_title = and_(old.c.council == new.c.council, old.c.work == new.c.work)
    before = tuple_(old.c.placed_at, old.c.line_key) < tuple_(new.c.placed_at, new.c.line_key)
    other_order, other_supplier = old.c.order_id != new.c.order_id, old.c.supplier_id != new.c.supplier_id
    return (
        select(
            *(new.c[name] for name in ("council", "work", "line_key", "placed_at", "copies")),
            old.c.line_key.label("old_key"),
            other_order.label("other_order"),
            other_supplier.label("two_suppliers"),
            (old.c.isbn == new.c.isbn).label("same_edition"),
        )
        .select_from(new.join(old, same_title))
        .where(new.c.is_new, before, old.c.open_until > new.c.placed_at, or_(other_order, other_supplier))
        .cte("pairs")
    )


def _matches(pairs: CTE, asked: Asked, clock: Clock) -> Subquery:
    """Returns the pairs of lines that are for the same branch, and whose earlier copies for it were open."""
    c = copy.c
    keys = union(select(pairs.c.line_key), select(pairs.c.old_key))
    each = select(c.line_key, c.branch, func.max(_open_until(asked, clock)).label("open_until"))
    branches = each.where(c.line_key.in_(keys)).group_by(c.line_key, c.branch).cte("branches")
    new, old = branches.alias("new_branch"), branches.alias("old_branch")
    same = and_(old.c.line_key == pairs.c.old_key, old.c.branch == new.c.branch, old.c.open_until > pairs.c.placed_at)
    joined = pairs.join(new, new.c.line_key == pairs.c.line_key).join(old, same)
    return select(pairs.c.line_key, pairs.c.old_key).select_from(joined).distinct().subquery("matches")


def _titles(pairs: CTE, matches: Subquery) -> Subquery:
    """Returns the titles that were ordered again, with the copies of the lines that did it.

    Two lines of one order are no repetition, unless they are for the same branch.
    """
    match = and_(matches.c.line_key == pairs.c.line_key, matches.c.old_key == pairs.c.old_key)
    for_branch = matches.c.line_key.is_not(None)
    line = (pairs.c.council, pairs.c.work, pairs.c.line_key)
    flags = {"for_branch": for_branch, "two_suppliers": pairs.c.two_suppliers, "same_edition": pairs.c.same_edition}
    lines = (
        select(
            *line, func.max(pairs.c.copies).label("copies"), *(func.bool_or(is_so).label(name) for name, is_so in flags.items())
        )
        .select_from(pairs.join(matches, match, isouter=True))
        .where(or_(pairs.c.other_order, for_branch))
        .group_by(*line)
        .subquery("again_lines")
    )
    title = (lines.c.council, lines.c.work)
    any_line = (func.bool_or(lines.c[name]).label(name) for name in flags)
    return select(*title, func.sum(lines.c.copies).label("copies"), *any_line).group_by(*title).subquery("again")


def _counted(lines: CTE, again: Subquery) -> Select[Any]:
    """Selects the fields of `Again`, by council."""
    title = (lines.c.council, lines.c.work)
    new = select(*title, func.sum(lines.c.copies).label("copies")).where(lines.c.is_new).group_by(*title).subquery("titles")
    on = and_(again.c.council == new.c.council, again.c.work == new.c.work)
    kinds = (again.c.for_branch, ~again.c.for_branch, again.c.two_suppliers, ~again.c.same_edition)
    counts = (func.count(), _whole(new.c.copies), *(func.count().filter(kind) for kind in kinds), _whole(again.c.copies))
    query = select(new.c.council, *counts).select_from(new.join(again, on, isouter=True))
    return query.group_by(new.c.council).order_by(new.c.council)


def _whole(number: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(number), 0), BigInteger)
