"""Counts that are kept twice: in rows that batches add, and summed up in rows that the reminders add those to.

All batches of a supplier count in the same few rows. If they added to these themselves, each would wait until the one before it
is committed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Identity, Index, MetaData, Subquery, Table, delete, select, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from shared.db.bulk import insert_many


@dataclass(frozen=True, slots=True)
class Sums:
    """The two tables, the columns that say what is counted, and those that hold the counts. `waiting` also has an `id`."""

    totals: Table
    waiting: Table
    keys: tuple[str, ...]
    counts: tuple[str, ...]


def summed(metadata: MetaData, name: str, keys: Mapping[str, type[TypeEngine[Any]]], counts: tuple[str, ...]) -> Sums:
    """Returns the tables `name` and `name_waiting`. Spans are asked for by the first of the keys."""

    def counted() -> list[Column[int]]:
        return [Column(count, BigInteger, nullable=False) for count in counts]

    first = next(iter(keys))
    totals = Table(name, metadata, *(Column(key, kind, primary_key=True) for key, kind in keys.items()), *counted())
    waiting = Table(
        f"{name}_waiting",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        *(Column(key, kind, nullable=False) for key, kind in keys.items()),
        *counted(),
        Index(f"{name}_waiting_by_{first}", first),
    )
    return Sums(totals, waiting, tuple(keys), counts)


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


def counted(sums: Sums, first: object, last: object) -> Subquery:
    """Returns the counts of a span of the first key, both ends included, as a source of rows: what still waits is among them."""

    def within(table: Table) -> ColumnElement[bool]:
        return table.c[sums.keys[0]].between(first, last)

    names = (*sums.keys, *sums.counts)
    both = (select(*(table.c[name] for name in names)).where(within(table)) for table in (sums.totals, sums.waiting))
    return union_all(*both).subquery()
