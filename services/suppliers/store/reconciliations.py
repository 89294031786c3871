"""Reconciliations and their rows, and the lines that are open here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Row, Select, cast, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.domain.reconciliation import OPEN_STATES, ComparedLine, Outcome, OwnLine, Reconciliation, counts
from services.suppliers.store.lines import known_line
from services.suppliers.store.tables import copy_progress, ordered_line, reconciliation, reconciliation_row
from shared.db.paging import in_order, narrowed, newest_first
from shared.ids import new_id


def open_line_counts() -> Select[Any]:
    """Selects the lines with copies to come: each with their number (`open`), and when one of its copies last moved (`since`)."""
    ordered = cast(func.jsonb_array_length(ordered_line.c.line["copies"]), Integer)
    closed = func.count(copy_progress.c.copy_id).filter(copy_progress.c.state.not_in(OPEN_STATES))
    since = func.greatest(ordered_line.c.placed_at, func.max(copy_progress.c.changed_at))
    return (
        select(ordered_line, (ordered - closed).label("open"), since.label("since"))
        .outerjoin(copy_progress, copy_progress.c.line_key == ordered_line.c.line_key)
        .group_by(ordered_line.c.line_key)
        .having(ordered > closed)
    )


async def open_lines(connection: AsyncConnection, council: str) -> list[OwnLine]:
    """Returns the lines of a council that still have copies to come: oldest order first, in the order's sequence of lines."""
    place = cast(ordered_line.c.line["line_number"], Integer)
    statement = (
        open_line_counts()
        .where(ordered_line.c.council == council)
        .order_by(ordered_line.c.placed_at, ordered_line.c.order_number, place)
    )
    return [OwnLine(known_line(row), row.open, row.since) for row in await connection.execute(statement)]


@dataclass(frozen=True, slots=True)
class NewReconciliation:
    """A reconciliation before it is kept, without its rows."""

    council: str
    reported_at: datetime
    actor: str
    message_id: UUID | None = None


async def add(
    connection: AsyncConnection, new: NewReconciliation, rows: Sequence[ComparedLine], *, now: datetime
) -> Reconciliation:
    """Keeps a reconciliation with its rows, in their order."""
    counted = {outcome.value: number for outcome, number in counts(rows).items()}
    values = {"id": new_id(), "created_at": now, **asdict(new), **counted}
    kept = _reconciliation((await connection.execute(insert(reconciliation).values(values).returning(reconciliation))).one())
    numbered = [{"reconciliation_id": kept.id, "number": number, **asdict(row)} for number, row in enumerate(rows, start=1)]
    if numbered:
        await connection.execute(insert(reconciliation_row), numbered)
    return kept


def _reconciliation(row: Row[tuple[Any, ...]]) -> Reconciliation:
    return Reconciliation(**row._mapping)


async def find(connection: AsyncConnection, reconciliation_id: UUID) -> Reconciliation | None:
    """Returns a reconciliation without its rows; None where there is none."""
    row = (await connection.execute(select(reconciliation).where(reconciliation.c.id == reconciliation_id))).first()
    return None if row is None else _reconciliation(row)


async def page(connection: AsyncConnection, council: str | None, *, after: tuple[int] | None, limit: int) -> list[Reconciliation]:
    """Returns the newest reconciliations, of `council` where it is given, after the `seq` of the previous page's last row."""
    c = reconciliation.c
    statement = newest_first(narrowed(select(reconciliation), {c.council: council}), (c.seq,), after=after, limit=limit)
    return [_reconciliation(row) for row in await connection.execute(statement)]


async def rows_of(
    connection: AsyncConnection, reconciliation_id: UUID, outcome: Outcome | None, *, after: tuple[int] | None, limit: int
) -> list[tuple[int, ComparedLine]]:
    """Returns rows of a reconciliation, of `outcome` where it is given. `after`: the last number of the previous page."""
    c = reconciliation_row.c
    columns = [column for column in c if column.name != "reconciliation_id"]
    wanted = narrowed(select(*columns), {c.reconciliation_id: reconciliation_id, c.outcome: outcome})
    statement = in_order(wanted, (c.number,), after=after, limit=limit)
    return [_row(row) for row in await connection.execute(statement)]


def _row(row: Row[tuple[Any, ...]]) -> tuple[int, ComparedLine]:
    values = dict(row._mapping)
    number = values.pop("number")
    return number, ComparedLine(**{**values, "outcome": Outcome(row.outcome)})
