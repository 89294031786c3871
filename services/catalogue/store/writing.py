"""Writes rows in place of those with the same key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Table, TextClause
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

_NOTHING: Mapping[str, TextClause] = {}


async def replace_rows(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[Mapping[str, object]],
    moved: Mapping[str, TextClause] = _NOTHING,
) -> None:
    """Inserts rows that all have the same columns, each in place of the row with its primary key, if there is one.

    `moved` are columns that a replaced row gets besides, by an expression; a new row has their default.
    """
    if not rows:
        return
    statement = insert(table)
    keys = [column.name for column in table.primary_key.columns]
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_={**changed, **moved}), rows)
