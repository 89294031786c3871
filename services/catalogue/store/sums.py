"""Counts that are kept twice: in rows that batches add, and summed up in rows that the reminders add those to.

All batches of a supplier count in the same few rows. If they added to these themselves, each would wait until the one before it
is committed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Subquery, Table, delete, select, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.bulk import insert_many


@dataclass(frozen=True, slots=True)
class Sums:
    """The two tables, the columns that say what is counted, and those that hold the counts. `waiting` also has an `id`."""

    totals: Table
    waiting: Table
    keys: tuple[str, ...]
    counts: tuple[str, ...]


async def note_counts(connection: AsyncConnection, sums: Sums, rows: Sequence[Mapping[str, object]]) -> None:
    """Notes the counts of a batch, in rows of its own."""
    await insert_many(connection, sums.waiting, rows)


async def add_up(connection: AsyncConnection, sums: Sums, limit: int) -> tuple[int, list[tuple[object, ...]]]:
    """Adds what was noted first to the totals: returns how many rows these are, at most `limit`, and the keys of their totals."""
    waiting, names = sums.waiting, (*sums.keys, *sums.counts)
    first = select(waiting.c.id).order_by(waiting.c.id).limit(limit).with_for_update(skip_locked=True)
    taken = delete(waiting).where(waiting.c.id.in_(first)).returning(*(waiting.c[name] for name in names))
    rows = (await connection.execute(taken)).all()
    added: defaultdict[tuple[object, ...], list[int]] = defaultdict(lambda: [0] * len(sums.counts))
    for row in rows:
        counted = added[tuple(row[: len(sums.keys)])]
        for place, count in enumerate(row[len(sums.keys) :]):
            counted[place] += count
    # In their order, so that two that add to the same counts wait for each other and do not deadlock.
    ordered = sorted(added, key=str)
    if ordered:
        statement = insert(sums.totals)
        more = {name: sums.totals.c[name] + statement.excluded[name] for name in sums.counts}
        new = [dict(zip(names, (*key, *added[key]), strict=True)) for key in ordered]
        await connection.execute(statement.on_conflict_do_update(index_elements=sums.keys, set_=more), new)
    return len(rows), ordered


def counted(sums: Sums, column: str, first: object, last: object) -> Subquery:
    """Returns the counts of a span, both ends included, as a source of rows: what still waits is among them."""

    def within(table: Table) -> ColumnElement[bool]:
        return table.c[column].between(first, last)

    names = (*sums.keys, *sums.counts)
    both = (select(*(table.c[name] for name in names)).where(within(table)) for table in (sums.totals, sums.waiting))
    return union_all(*both).subquery()
