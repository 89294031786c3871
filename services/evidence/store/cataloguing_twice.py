"""Counts books that were catalogued once for many councils or again by each, and records that came for nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Integer,
    Select,
    TableValuedAlias,
    Text,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.asking import Asked
from services.evidence.domain.cost_models import Activity
from services.evidence.domain.costs import Work
from services.evidence.domain.duplication import Catalogued, Recorded, Times
from services.evidence.store.scope import BOOK, day_of
from services.evidence.store.tables import ALL_COUNCILS, cataloguing, copy, record
from shared.clock import Clock
from shared.db.paging import narrowed

_COUNTS = ("received", "repeated", "already_held", "requests_saved")


def _used() -> TableValuedAlias:
    """Returns the uses of the counts that are joined: `nth` and how many `books`."""
    each = func.jsonb_each_text(cataloguing.c.used)
    return each.table_valued(column("nth", Text), column("books", Text), name="use").render_derived()


async def recorded(connection: AsyncConnection, asked: Asked) -> list[Recorded]:
    """Returns the records of the period by supplier, as counted for the council or for all of them together."""
    c, use = cataloguing.c, _used()
    mine = and_(c.day.between(asked.first, asked.last), c.council == (asked.council or ALL_COUNCILS))
    nth = cast(use.c.nth, Integer).label("nth")
    books = cast(func.sum(cast(use.c.books, Integer)), BigInteger).label("books")
    uses = select(c.supplier_id, nth, books).select_from(cataloguing.join(use, true())).where(mine).group_by(c.supplier_id, nth)
    used: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for row in await connection.execute(uses.order_by(c.supplier_id, nth)):
        used[row.supplier_id][row.nth] = row.books
    sums = (cast(func.sum(c[name]), BigInteger).label(name) for name in _COUNTS)
    counted = select(c.supplier_id, *sums).where(mine).group_by(c.supplier_id).order_by(c.supplier_id)
    return [Recorded(**row._mapping, used=used[row.supplier_id]) for row in await connection.execute(counted)]


async def catalogued(
    connection: AsyncConnection, asked: Asked, clock: Clock, zone: str
) -> Mapping[tuple[str, Times], Catalogued]:
    """Returns how often books of each council were catalogued first and again, and on which days."""
    found: defaultdict[tuple[str, Times], Catalogued] = defaultdict(Catalogued)
    for times, query in ((Times.SHARED, _shared(asked)), (Times.REPEATED, _repeated(asked, clock, zone))):
        for row in await connection.execute(query):
            each = found[row.council, times]
            if row.is_first:
                each.first += row.books
            else:
                each.further[Work(row.council, Activity(row.activity), row.day)] += row.books
    return found


def _shared(asked: Asked) -> Select[Any]:
    """Selects the books of which a council got the record first of all, and those of which others had it."""
    c, use = cataloguing.c, _used()
    # Without the record of others, each council would have made one.
    activity = literal(Activity.CATALOGUING_WITHOUT_RECORD.value).label("activity")
    is_first = (use.c.nth == "1").label("is_first")
    books = cast(func.sum(cast(use.c.books, Integer)), BigInteger).label("books")
    query = select(c.council, activity, c.day, is_first, books).select_from(cataloguing.join(use, true()))
    dated = query.where(c.day.between(asked.first, asked.last), c.council != ALL_COUNCILS)
    return narrowed(dated, {c.council: asked.council}).group_by(c.council, c.day, is_first)


def _repeated(asked: Asked, clock: Clock, zone: str) -> Select[Any]:
    """Selects books that came to councils without a record, or with one below their minimum: by day of the first receipt.

    The council to which such a book came first is the first to catalogue it by hand.
    """
    c = copy.c
    start, after = clock.start_of(asked.first), clock.start_of(asked.last + timedelta(days=1))
    without = record.c.isbn.is_(None)
    poor = case((without, Activity.CATALOGUING_WITHOUT_RECORD.value), else_=Activity.CATALOGUING_POOR_RECORD.value)
    book = (c.council, c.isbn, poor.label("activity"))
    came = (
        select(*book, func.min(c.received_at).label("came_at"))
        .select_from(copy.join(record, and_(record.c.council == c.council, record.c.isbn == c.isbn), isouter=True))
        .where(c.received_at < after, c.placed_at.is_not(None), c.isbn.regexp_match(BOOK), or_(without, ~record.c.passes))
    )
    if asked.council is not None:
        mine = copy.alias("mine")
        came = came.where(c.isbn.in_(select(mine.c.isbn).where(mine.c.council == asked.council, mine.c.received_at >= start)))
    books = came.group_by(*book).subquery("books")
    nth = func.row_number().over(partition_by=books.c.isbn, order_by=(books.c.came_at, books.c.council))
    each = select(books, nth.label("nth")).subquery("each")
    day = day_of(each.c.came_at, zone).label("day")
    is_first = (each.c.nth == 1).label("is_first")
    grouped = (each.c.council, each.c.activity, day, is_first)
    query = select(*grouped, func.count().label("books")).where(each.c.came_at >= start).group_by(*grouped)
    return query if asked.council is None else query.where(each.c.council == asked.council)
