"""Writes any number of rows in one statement: one round trip and one plan. Must not know any table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from pydantic_core import to_json
from sqlalchemy import (
    LargeBinary,
    Row,
    Table,
    TableValuedAlias,
    Text,
    TextClause,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.ext.asyncio import AsyncConnection


@lru_cache(maxsize=100)
def _statement(table: Table, columns: tuple[str, ...], ending: str = "") -> TextClause:
    quoted = _quoted(columns)
    name = f'"{table.name}"'
    # Safe from injection: the names are those of the code's own tables.
    return text(f"INSERT INTO {name} ({quoted}) SELECT {quoted} FROM json_populate_recordset(NULL::{name}, :rows) {ending}")  # noqa: S608


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def packed(rows: Sequence[Mapping[str, object]]) -> str:
    """Returns rows as JSON: ids and moments become text, which PostgreSQL casts to the columns' types. No row holds bytes."""
    return to_json(rows).decode()


def _of_table(table: Table, rows: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Returns the parameter of a statement that writes rows of a table."""
    binary = [name for name in _binary(table) if name in rows[0]]
    return {"rows": packed([{**row, **{name: _as_text(row[name]) for name in binary}} for row in rows] if binary else rows)}


@lru_cache(maxsize=100)
def _binary(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if isinstance(column.type, LargeBinary))


def _as_text(value: object) -> str | None:
    return f"\\x{value.hex()}" if isinstance(value, bytes) else None


def unpacked(table: Table, parameter: str) -> TableValuedAlias:
    """Returns a source of rows for a statement: those of `packed` in the named parameter, with the table's columns."""
    columns = func.json_populate_recordset(literal_column(f'NULL::"{table.name}"'), cast(bindparam(parameter, type_=Text), JSON))
    return columns.table_valued(*(column(each.name, each.type) for each in table.columns))


async def insert_many(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Inserts rows that all have the same columns; other columns get their defaults."""
    if rows:
        await connection.execute(_statement(table, tuple(rows[0])), _of_table(table, rows))


async def insert_new(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]], *, returning: Sequence[str]
) -> Sequence[Row[Any]]:
    """Inserts those rows that are not there yet, as `insert_many` does; returns these columns of each row that was new."""
    if not rows:
        return []
    ending = f"ON CONFLICT DO NOTHING RETURNING {_quoted(returning)}"
    return (await connection.execute(_statement(table, tuple(rows[0]), ending), _of_table(table, rows))).all()


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
        await connection.execute(_update(table, key, tuple(rows[0])), _of_table(table, rows))
