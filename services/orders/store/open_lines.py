"""Reads the lines that a supplier still owes to a council, with their open copies by branch, for another supplier to quote on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, exists, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store.open_copies import OPEN_STATES, of_scope, still_open
from services.orders.store.tables import branch, copy, order_line, order_state, purchase_order, title
from services.orders.store.titles import shown_title
from shared.db.paging import in_order
from shared.sourcing.switches.planning import Scope

LineKeys = tuple[datetime, UUID, int, str]
_SHOWN = ("isbn", "material", "price_minor", "price_currency")
_PART = (
    copy.c.branch_code,
    branch.c.name.label("branch_name"),
    branch.c.gln.label("branch_gln"),
    copy.c.fund,
    copy.c.sequence,
    copy.c.shelfmark,
    copy.c.servicing,
)


@dataclass(frozen=True, slots=True)
class OpenLinesFilter:
    """Which open lines are wanted. The fields have the names of `OpenLinesQuery`'s; one that is None does not narrow."""

    council: str
    supplier_id: str
    branch: str | None = None
    material: str | None = None

    @property
    def scope(self) -> Scope:
        """The copies that are wanted."""
        return Scope(() if self.branch is None else (self.branch,), () if self.material is None else (self.material,))


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line with open copies: its row, and a row of `parts` for copies that are the same but for their number."""

    line: Row[Any]
    parts: Sequence[Row[Any]]

    @property
    def keys(self) -> LineKeys:
        """What open lines are sorted by. None of it ever changes: pages that are read one after the other skip no line."""
        line = self.line
        return line.placed_at, line.order_id, line.line_number, line.line_key


async def open_lines_of(
    connection: AsyncConnection, wanted: OpenLinesFilter, *, after: LineKeys | None, limit: int
) -> list[OpenLine]:
    """Returns the next open lines, those of the oldest order first. Copies are open that a switch would take."""
    lines = _lines(wanted, after, limit).subquery("line")
    sorting = (lines.c.placed_at, lines.c.order_id, lines.c.line_number, lines.c.line_key)
    at_branch = and_(branch.c.council == wanted.council, branch.c.code == copy.c.branch_code)
    query: Select[Any] = (
        select(*lines.c, *_PART, copy.c.promised_on, func.count().label("quantity"))
        .join(copy, and_(copy.c.order_id == lines.c.order_id, copy.c.line_key == lines.c.line_key))
        .join(order_line, order_line.c.line_key == lines.c.line_key)
        .join(branch, at_branch, isouter=True)
        .where(*still_open(), *of_scope(wanted.scope))
        .group_by(*lines.c, *_PART, copy.c.promised_on)
        .order_by(*sorting, func.min(copy.c.copy_number))
    )
    rows = (await connection.execute(query)).all()
    parted = ((key, list(parts)) for key, parts in groupby(rows, key=attrgetter("line_key")))
    return [OpenLine(parts[0], parts) for _, parts in parted]


def _lines(wanted: OpenLinesFilter, after: LineKeys | None, limit: int) -> Select[Any]:
    """Selects the next lines: follows the orders of the supplier by time, and takes those with an open copy."""
    s, c, o = order_state.c, order_line.c, purchase_order.c
    keys = (s.placed_at, s.order_id, c.line_number, c.line_key)
    of_line = and_(copy.c.order_id == c.order_id, copy.c.line_key == c.line_key)
    owed = exists().where(of_line, *still_open(), *of_scope(wanted.scope))
    ordered_at = func.coalesce(c.added_at, s.placed_at).label("ordered_at")
    query = (
        select(*keys, *(c[name] for name in _SHOWN), *shown_title(), ordered_at, o.order_number, o.rush)
        .join(order_line, c.order_id == s.order_id)
        .join(purchase_order, o.order_id == s.order_id)
        .join(title, title.c.isbn == c.isbn, isouter=True)
        .where(s.council == wanted.council, s.supplier_id == wanted.supplier_id, s.state.in_(OPEN_STATES))
        .where(c.supplier_id == wanted.supplier_id, owed)
        .ext(distinct_on(*keys))
    )
    if after is not None:
        # An index finds these two; the comparison of all four leaves out the lines of the page before.
        query = query.where(tuple_(s.placed_at, s.order_id) >= tuple_(literal(after[0], s.placed_at.type), after[1]))
    return in_order(query, keys, after=after, limit=limit)
