"""Writes any number of rows in one statement: one round trip and one plan. Must not know any table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import Table, TableValuedAlias, Text, TextClause, bindparam, cast, column, func, literal_column, text
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.ext.asyncio import AsyncConnection


@lru_cache(maxsize=100)
def _statement(table: Table, columns: tuple[str, ...]) -> TextClause:
    quoted = ", ".join(f'"{column}"' for column in columns)
    name = f'"{table.name}"'
    # Safe from injection: the names are those of the code's own tables.
    return text(f"INSERT INTO {name} ({quoted}) SELECT {quoted} FROM json_populate_recordset(NULL::{name}, :rows)")  # noqa: S608


def packed(rows: Sequence[Mapping[str, object]]) -> str:
    """Returns rows as JSON: ids and moments become text, which PostgreSQL casts to the columns' types."""
    return json.dumps(rows, default=str, separators=(",", ":"))


def unpacked(table: Table, parameter: str) -> TableValuedAlias:
    """Returns a source of rows for a statement: those of `packed` in the named parameter, with the table's columns."""
    columns = func.json_populate_recordset(literal_column(f'NULL::"{table.name}"'), cast(bindparam(parameter, type_=Text), JSON))
    return columns.table_valued(*(column(each.name, each.type) for each in table.columns))


async def insert_many(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Inserts rows that all have the same columns; other columns get their defaults."""
    if rows:
        await connection.execute(_statement(table, tuple(rows[0])), {"rows": packed(rows)})


@lru_cache(maxsize=100)
def _update(table: Table, key: str, columns: tuple[str, ...]) -> TextClause:
    changed = ", ".join(f'"{column}" = given."{column}"' for column in columns if column != key)
    name = f'"{table.name}"'
    # Safe from injection, as above.
    given = f"json_populate_recordset(NULL::{name}, :rows) AS given"
    return text(f'UPDATE {name} SET {changed} FROM {given} WHERE {name}."{key}" = given."{key}"')  # noqa: S608


async def update_many(connection: AsyncConnection, table: Table, key: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Changes the rows that have these keys. All rows have the same columns; other columns stay as they are."""
    if rows:
        await connection.execute(_update(table, key, tuple(rows[0])), {"rows": packed(rows)})
