"""Keeps what others state, the newest version of each thing, in whatever order the versions arrive. Must not know any table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection


async def keep_newest(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Inserts rows, each in place of the one with its primary key; one whose `version` is not higher changes nothing.

    All rows have the same columns.
    """
    if not rows:
        return
    keys = [column.name for column in table.primary_key.columns]
    statement = insert(table)
    stated = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    newer = statement.on_conflict_do_update(index_elements=keys, set_=stated, where=table.c.version < statement.excluded.version)
    # In the order of their keys, so that two that keep the same things wait for each other and do not deadlock.
    await connection.execute(newer, sorted(rows, key=lambda row: [str(row[key]) for key in keys]))
