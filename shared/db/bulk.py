"""Inserts many rows in one statement, whatever their number: one round trip and one plan. Knows no table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import Table, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection


@lru_cache(maxsize=100)
def _statement(table: Table, columns: tuple[str, ...]) -> TextClause:
    quoted = ", ".join(f'"{column}"' for column in columns)
    name = f'"{table.name}"'
    # Names come from the code's own tables, never from outside.
    return text(f"INSERT INTO {name} ({quoted}) SELECT {quoted} FROM json_populate_recordset(NULL::{name}, :rows)")  # noqa: S608


async def insert_many(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows that all name the same columns; columns not named get their defaults.

    Values are what JSON can carry: ids and moments are written as text, and PostgreSQL casts them by the table.
    """
    if rows:
        packed = json.dumps(rows, default=str, separators=(",", ":"))
        await connection.execute(_statement(table, tuple(rows[0])), {"rows": packed})
