"""Writes many wide rows in one statement: each column goes as one array.

The statement is the same for any number of rows, so a connection keeps one plan of it and not one for each number. As JSON, as
`shared.db.bulk` sends rows, long texts would be escaped and parsed once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, Text, TextClause, bindparam, cast, column, func, or_, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR, Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.store.stated import Stated

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy's own omission
_Writer = Callable[[Any], str | None]
_NOTHING: Mapping[str, TextClause] = {}


async def replace_rows(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[Mapping[str, object]],
    *,
    moved: Mapping[str, TextClause] = _NOTHING,
    only_changed: bool = False,
) -> None:
    """Inserts rows that all have the same columns, each in place of the row with its primary key, if there is one.

    No two have the same key. `moved` are columns that a replaced row gets besides, by an expression; a new row has their default.
    With `only_changed`, a row that is as it was is not written again.
    """
    if rows:
        statement = _replacing(table, tuple(rows[0]), tuple(moved.items()), only_changed)
        await connection.execute(statement, _arrays(table, rows))


async def add_rows(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> set[str]:
    """Inserts those rows whose primary key, one text, is not there yet; returns the keys of these."""
    if not rows:
        return set()
    (key,) = table.primary_key.columns
    statement = _inserting(table, tuple(rows[0])).on_conflict_do_nothing().returning(key)
    return set((await connection.execute(statement, _arrays(table, rows))).scalars())


@lru_cache(maxsize=100)
def _replacing(table: Table, names: tuple[str, ...], moved: tuple[tuple[str, TextClause], ...], only_changed: bool) -> Insert:
    statement = _inserting(table, names)
    keys = [each.name for each in table.primary_key.columns]
    new = {name: statement.excluded[name] for name in names if name not in keys}
    changed = or_(*(table.c[name].is_distinct_from(value) for name, value in new.items())) if only_changed else None
    return statement.on_conflict_do_update(index_elements=keys, set_={**new, **dict(moved)}, where=changed)


@lru_cache(maxsize=100)
def _inserting(table: Table, names: tuple[str, ...]) -> Insert:
    columns = [table.c[name] for name in names]
    arrays = [bindparam(each.name, type_=ARRAY(_sent_as(each))) for each in columns]
    given = (
        func.unnest(*arrays).table_valued(*(column(each.name, _sent_as(each)) for each in columns), name="given").render_derived()
    )
    values: list[ColumnElement[Any]] = [
        given.c[each.name] if _text_of(each) is None else cast(given.c[each.name], each.type) for each in columns
    ]
    return insert(table).from_select(list(names), select(*values))


def _arrays(table: Table, rows: Sequence[Mapping[str, object]]) -> dict[str, list[object]]:
    return {name: list(_values(table.c[name], (row[name] for row in rows))) for name in rows[0]}


def _values(of_column: Column[Any], values: Iterable[object]) -> Iterable[object]:
    text_of = _text_of(of_column)
    return values if text_of is None else map(text_of, values)


def _sent_as(of_column: Column[Any]) -> Any:
    return of_column.type if _text_of(of_column) is None else Text()


@lru_cache(maxsize=100)
def _text_of(of_column: Column[Any]) -> _Writer | None:
    """Returns what writes a column's values as text, for types of which there is no array, or none that is quick."""
    kind = of_column.type
    if isinstance(kind, Stated):
        return kind.bind_processor(_DIALECT)
    if isinstance(kind, TSVECTOR):
        return str
    return _as_array if isinstance(kind, ARRAY) else None


def _as_array(texts: Iterable[str]) -> str:
    """Returns texts as PostgreSQL reads an array. Arrays in an array would all need the same length."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"
