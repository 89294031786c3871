"""Counts titles that were ordered again while earlier copies were open, by council. Reads facts of copies only, and as counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.asking import Asked
from services.evidence.domain.duplication import Again
from services.evidence.store.tables import copy, edition
from shared.clock import Clock
from shared.contracts.orders import GIVEN_UP, CopyState
from shared.db.paging import narrowed

# Copies in these states wait for nothing, also where it is not known since when.
_ENDED = sorted({*GIVEN_UP, CopyState.RECEIVED})
_LINE = ("council", "work", "isbn", "order_id", "supplier_id", "line_key", "placed_at", "is_new")


async def ordered_again(connection: AsyncConnection, asked: Asked, clock: Clock) -> list[Again]:
    """Returns what each council ordered in the period, and what of that again."""
    ordered = _ordered(asked, clock)
    lines = _lines(ordered)
    again = _again(lines, union_all(_for_branch(ordered), _for_council(lines)).subquery())
    return [Again(*row) for row in await connection.execute(_counted(lines, again))]


def _ordered(asked: Asked, clock: Clock) -> CTE:
    """Returns the copies of a line for a branch that were ordered in the period, or were open in it, and until when they were.

    What is placed again for copies that another supplier does not supply is not new: it was ordered before.
    """
    c = copy.c
    start, after = clock.start_of(asked.first), clock.start_of(asked.last + timedelta(days=1))
    ended = func.least(c.received_at, c.given_up_at)
    open_until = case((ended.is_not(None), ended), (c.state.in_(_ENDED), c.placed_at), else_=after)
    line = (
        c.council,
        func.coalesce(edition.c.work, c.isbn).label("work"),
        *(c[name] for name in ("isbn", "order_id", "supplier_id", "line_key", "placed_at")),
        and_(c.placed_at >= start, c.replaces.is_(None)).label("is_new"),
        c.branch,
    )
    query = select(*line, func.max(open_until).label("open_until"), func.count().label("copies"))
    query = query.select_from(copy.join(edition, edition.c.isbn == c.isbn, isouter=True))
    query = query.where(c.placed_at < after, or_(c.placed_at >= start, open_until > start))
    return narrowed(query, {c.council: asked.council}).group_by(*line).cte("ordered")


def _lines(ordered: CTE) -> CTE:
    line = [ordered.c[name] for name in _LINE]
    sums = (func.max(ordered.c.open_until).label("open_until"), func.sum(ordered.c.copies).label("copies"))
    return select(*line, *sums).group_by(*line).cte("lines")


def _pairs(later: FromClause, earlier: FromClause, *, is_branch: bool) -> Select[Any]:
    """Selects new lines of which the other line was open when they were ordered."""
    new, old = later.c, earlier.c
    same_title = and_(old.council == new.council, old.work == new.work)
    before = tuple_(old.placed_at, old.line_key) < tuple_(new.placed_at, new.line_key)
    query = select(
        new.council,
        new.work,
        new.line_key,
        literal(is_branch).label("for_branch"),
        (old.supplier_id != new.supplier_id).label("two_suppliers"),
        (old.isbn == new.isbn).label("same_edition"),
    ).select_from(later.join(earlier, same_title))
    return query.where(new.is_new, before, old.open_until > new.placed_at)


def _for_branch(ordered: CTE) -> Select[Any]:
    """Selects lines with a title that another order had open for the branch, or the same order at another supplier."""
    later, earlier = ordered.alias("later"), ordered.alias("earlier")
    another = or_(earlier.c.order_id != later.c.order_id, earlier.c.supplier_id != later.c.supplier_id)
    return _pairs(later, earlier, is_branch=True).where(earlier.c.branch == later.c.branch, another)


def _for_council(lines: CTE) -> Select[Any]:
    """Selects lines with a title that another order had open, for whatever branch."""
    later, earlier = lines.alias("later_line"), lines.alias("earlier_line")
    return _pairs(later, earlier, is_branch=False).where(earlier.c.order_id != later.c.order_id)


def _again(lines: CTE, pairs: Subquery) -> Subquery:
    """Returns the titles that were ordered again, with the copies of the lines that did it."""
    title = (pairs.c.council, pairs.c.work)
    flags = [func.bool_or(pairs.c[name]).label(name) for name in ("for_branch", "two_suppliers", "same_edition")]
    each = select(*title, pairs.c.line_key, *flags).group_by(*title, pairs.c.line_key).subquery("each")
    on = and_(lines.c.line_key == each.c.line_key, lines.c.council == each.c.council, lines.c.work == each.c.work)
    of_title = [func.bool_or(each.c[flag.name]).label(flag.name) for flag in flags]
    query = select(each.c.council, each.c.work, *of_title, func.sum(lines.c.copies).label("copies"))
    return query.select_from(each.join(lines, on)).group_by(each.c.council, each.c.work).subquery("again")


def _counted(lines: CTE, again: Subquery) -> Select[Any]:
    """Selects the fields of `Again`, by council."""
    title = (lines.c.council, lines.c.work)
    new = select(*title, func.sum(lines.c.copies).label("copies")).where(lines.c.is_new).group_by(*title).subquery("new")
    on = and_(again.c.council == new.c.council, again.c.work == new.c.work)
    return (
        select(
            new.c.council,
            func.count(),
            _whole(new.c.copies),
            *(
                func.count().filter(is_so)
                for is_so in (again.c.for_branch, ~again.c.for_branch, again.c.two_suppliers, ~again.c.same_edition)
            ),
            _whole(again.c.copies),
        )
        .select_from(new.join(again, on, isouter=True))
        .group_by(new.c.council)
        .order_by(new.c.council)
    )


def _whole(number: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(number), 0), BigInteger)
