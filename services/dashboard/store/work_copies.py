"""What waits by time alone and is counted by days: copies too long in one state, and records below their council's minimum.

They are on the work list in numbers; nobody takes one or puts it off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Text, cast, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.figures import RecordFigures, Tally, Waiting
from services.dashboard.domain.handling import Handled, SeenItem, Whose
from services.dashboard.domain.needs import PATIENCE
from services.dashboard.domain.troubles import LATELY
from services.dashboard.domain.work import Group, WorkItem, WorkKind
from services.dashboard.store.figures import oldest, tallies
from services.dashboard.store.records import record_figures
from services.dashboard.store.scope import of_council
from services.dashboard.store.tables import BELOW, WAITING, copy, judgement, title
from services.dashboard.store.work_statements import Wanted
from shared.contracts.orders import CopyState

# What is owed again is a claim, which is due once nobody claimed it for so long.
WAITED_IN = [state for state in PATIENCE if state not in (CopyState.MISSING, CopyState.DAMAGED)]
COUNTED_BY_DAYS = frozenset({WorkKind.OVERDUE, WorkKind.BELOW_MINIMUM})


@dataclass(frozen=True, slots=True)
class Known:
    """The figures from which the groups of what is counted by days are made."""

    tallies: Sequence[Tally]
    oldest: Mapping[CopyState, Waiting]
    records: Mapping[str, RecordFigures]


async def known(connection: AsyncConnection, council: str | None, now: datetime) -> Known:
    """Returns the figures of a council, or of all where it is none."""
    return Known(
        await tallies(connection, council, now),
        await oldest(connection, council),
        await record_figures(connection, council, now),
    )


async def groups(connection: AsyncConnection, wanted: Wanted) -> list[Group]:
    """Returns the groups of what is counted by days; none in lists of what people took or put off."""
    if wanted.whose in (Whose.MINE, Whose.SNOOZED) or wanted.kind not in (None, *COUNTED_BY_DAYS):
        return []
    return groups_of(await known(connection, _council(wanted), wanted.now), wanted)


def groups_of(figures: Known, wanted: Wanted) -> list[Group]:
    """Returns the groups that these figures make."""
    found: list[Group] = []
    if wanted.kind in (None, WorkKind.OVERDUE):
        found += _overdue(figures, wanted)
    if wanted.kind in (None, WorkKind.BELOW_MINIMUM):
        found += _below(figures, wanted)
    return found


def _council(wanted: Wanted) -> str | None:
    return wanted.council or wanted.of_council or None


def _overdue(figures: Known, wanted: Wanted) -> list[Group]:
    council = _council(wanted)
    late = [each for each in figures.tallies if each.overdue and _is_wanted(each, wanted)]
    states = sorted({each.state for each in late}, key=list(CopyState).index)
    made = []
    for state in states:
        mine = [each for each in late if each.state is state]
        suppliers = tuple(sorted({each.supplier_id for each in mine}))
        waiting = figures.oldest.get(state)
        since = waiting.since if waiting is not None and waiting.supplier_id in suppliers else None
        number = sum(each.overdue for each in mine)
        made.append(Group(WorkKind.OVERDUE, state.value, number, suppliers, (council,) if council else (), since))
    return made


def _is_wanted(tally: Tally, wanted: Wanted) -> bool:
    of_supplier = wanted.supplier_id in ("", tally.supplier_id)
    return tally.state in WAITED_IN and of_supplier and wanted.cause in (None, tally.state.value)


def _below(figures: Known, wanted: Wanted) -> list[Group]:
    council = _council(wanted)
    below = {name: each.below for name, each in figures.records.items() if each.below and wanted.supplier_id in ("", name)}
    councils = (council,) if council else ()
    return [
        Group(WorkKind.BELOW_MINIMUM, name, number, (name,), councils, None)
        for name, number in sorted(below.items())
        if wanted.cause in (None, name)
    ]


async def things(
    connection: AsyncConnection, wanted: Wanted, *, after: tuple[datetime, str] | None, limit: int
) -> list[SeenItem]:
    """Returns the copies, or the books, of one group, longest waiting first."""
    if wanted.kind is WorkKind.OVERDUE:
        return await _copies(connection, wanted, after, limit)
    c = judgement.c
    item = c.council + "/" + c.isbn
    narrowed = (BELOW, c.judged_at > wanted.now - LATELY, c.supplier_id == wanted.cause, of_council(judgement, _council(wanted)))
    query = select(c.council, c.supplier_id, c.isbn, item.label("item"), c.judged_at.label("since"), _title(judgement.c.isbn))
    rows = await connection.execute(_page(query.where(*narrowed), c.judged_at, item, after, limit))
    return [_record(row) for row in rows]


async def _copies(connection: AsyncConnection, wanted: Wanted, after: tuple[datetime, str] | None, limit: int) -> list[SeenItem]:
    state = next((state for state in WAITED_IN if state.value == wanted.cause), None)
    if state is None:
        return []
    c = copy.c
    narrowed = [c.state == state.value, c.changed_at < wanted.now - PATIENCE[state].longest]
    narrowed += [c.supplier_id == wanted.supplier_id] if wanted.supplier_id else []
    query = select(copy, _title(c.isbn).label("known")).where(WAITING, *narrowed, of_council(copy, _council(wanted)))
    rows = await connection.execute(_page(query, c.changed_at, cast(c.copy_id, Text), after, limit))
    return [_copy(row) for row in rows]


async def copy_thing(connection: AsyncConnection, wanted: Wanted, item: str) -> SeenItem | None:
    """Returns one copy that waits too long; None where no such copy is of the council. It waits unless it is settled."""
    try:
        copy_id = UUID(item)
    except ValueError:
        return None
    query = select(copy, _title(copy.c.isbn).label("known")).where(copy.c.copy_id == copy_id, of_council(copy, wanted.council))
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _copy(row)


def _title(isbn: ColumnElement[Any]) -> Any:
    return func.coalesce(select(title.c.title).where(title.c.isbn == isbn).scalar_subquery(), "").label("title")


def _page(
    query: Select[Any], since: ColumnElement[Any], item: ColumnElement[Any], after: tuple[datetime, str] | None, limit: int
) -> Select[Any]:
    if after is not None:
        query = query.where(tuple_(since, item) > tuple_(*(literal(each) for each in after)))
    return query.order_by(since, item).limit(limit)


def _copy(row: Row[Any]) -> SeenItem:
    state = CopyState(row.state)
    one = WorkItem(
        WorkKind.OVERDUE,
        str(row.copy_id),
        row.council,
        row.supplier_id,
        cause=row.state,
        subject=row.order_number,
        detail=row.reason,
        since=row.changed_at,
        place=row.branch,
        isbn=row.isbn,
        title=row.known or row.title,
        order_id=row.order_id,
        order_number=row.order_number,
        line_key=row.line_key,
    )
    return SeenItem(one, Handled(), waits=state in WAITED_IN)


def _record(row: Row[Any]) -> SeenItem:
    one = WorkItem(
        WorkKind.BELOW_MINIMUM,
        row.item,
        row.council,
        row.supplier_id,
        cause=row.supplier_id,
        subject=row.isbn,
        detail="",
        since=row.since,
        isbn=row.isbn,
        title=row.title,
    )
    return SeenItem(one, Handled())
