"""Inserts any number of rows in one statement: one round trip and one plan. Must not know any table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Table, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection


@lru_cache(maxsize=100)
def _statement(table: Table, columns: tuple[str, ...], ending: str = "") -> TextClause:
    quoted = _quoted(columns)
    name = f'"{table.name}"'
    # Safe from injection: the names are those of the code's own tables.
    return text(f"INSERT INTO {name} ({quoted}) SELECT {quoted} FROM json_populate_recordset(NULL::{name}, :rows) {ending}")  # noqa: S608


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _packed(rows: Sequence[Mapping[str, object]]) -> str:
    return json.dumps(rows, default=_as_text, separators=(",", ":"))


def _as_text(value: object) -> str:
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


async def insert_many(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Inserts rows that all have the same columns; other columns get their defaults.

    Values are sent as JSON: ids, moments and bytes become text, which PostgreSQL casts to the columns' types.
    """
    if rows:
        await connection.execute(_statement(table, tuple(rows[0])), {"rows": _packed(rows)})


async def insert_new(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]], *, returning: Sequence[str]
) -> Sequence[Row[Any]]:
    """Inserts those rows that are not there yet, as `insert_many` does; returns these columns of each row that was new."""
    if not rows:
        return []
    ending = f"ON CONFLICT DO NOTHING RETURNING {_quoted(returning)}"
    return (await connection.execute(_statement(table, tuple(rows[0]), ending), {"rows": _packed(rows)})).all()
