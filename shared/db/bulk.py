"""Writes any number of rows in one statement: one round trip and one plan. Must not know any table.

Each column goes as one array, so the statement is the same for any number of rows. Rows as JSON, which PostgreSQL must parse,
took four times as long for a hundred narrow rows, and a third longer for wide ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

from pydantic_core import to_json
from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Row,
    Subquery,
    Table,
    Text,
    TextClause,
    TypeDecorator,
    Update,
    bindparam,
    cast,
    column,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR, Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

Rows = Sequence[Mapping[str, object]]
"""Rows that all have the same columns."""
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy's own omission
_Writer = Callable[[Any], str | None]
_New = Mapping[str, ColumnElement[Any]]
# When a row takes the place of the one that is there.
_Where = Callable[[Table, _New], ColumnElement[bool] | None]
_NOTHING: Mapping[str, TextClause] = {}


async def insert_many(connection: AsyncConnection, table: Table, rows: Rows) -> None:
    """Inserts rows; other columns get their defaults."""
    if rows:
        await connection.execute(_inserting(table, tuple(rows[0])), arrays_of(table, rows))


async def insert_new(connection: AsyncConnection, table: Table, rows: Rows, *, returning: Sequence[str]) -> Sequence[Row[Any]]:
    """Inserts those rows that are not there yet; returns these columns of each row that was new."""
    if not rows:
        return []
    statement = _inserting_new(table, tuple(rows[0]), tuple(returning))
    return (await connection.execute(statement, arrays_of(table, rows))).all()


async def replace_many(
    connection: AsyncConnection,
    table: Table,
    rows: Rows,
    *,
    moved: Mapping[str, TextClause] = _NOTHING,
    only_changed: bool = False,
) -> None:
    """Inserts rows, each in place of the row with its primary key, if there is one. No two have the same key.

    `moved` are columns that a replaced row gets besides, by an expression; a new row has their default. With `only_changed`, a
    row that is as it was is not written again.
    """
    if rows:
        statement = _replacing(table, tuple(rows[0]), tuple(moved.items()), _is_another if only_changed else _always)
        await connection.execute(statement, arrays_of(table, rows))


async def keep_newest(connection: AsyncConnection, table: Table, rows: Rows, *, by: str = "version") -> None:
    """Inserts rows, each in place of the row with its primary key; one whose version is not higher changes nothing.

    For what others state in several versions, which may arrive in any order, also together. `by` is the column of the version.
    """
    keys = [column.name for column in table.primary_key.columns]
    newest = {tuple(str(row[key]) for key in keys): row for row in sorted(rows, key=itemgetter(by))}
    if newest:
        # In the order of their keys, so that two that keep the same things wait for each other and do not deadlock.
        sent = [newest[key] for key in sorted(newest)]
        await connection.execute(_replacing(table, tuple(sent[0]), (), _is_newer(by)), arrays_of(table, sent))


async def update_many(connection: AsyncConnection, table: Table, key: str, rows: Rows) -> None:
    """Changes the rows that have these keys; other columns stay as they are."""
    if rows:
        await connection.execute(_updating(table, key, tuple(rows[0])), arrays_of(table, rows))


def arrays_of(table: Table, rows: Rows) -> dict[str, list[object]]:
    """Returns the parameters of a statement that has `given_rows`: one of each column, with its value in each row."""
    return {_parameter(name): list(_values(table.c[name], [row[name] for row in rows])) for name in rows[0]}


def given_rows(table: Table, names: Sequence[str]) -> Subquery:
    """Returns a source of rows for a statement: those of `arrays_of`, with these columns of the table."""
    columns = [table.c[name] for name in names]
    arrays = [bindparam(_parameter(each.name), type_=ARRAY(_sent_as(each))) for each in columns]
    sent = (
        func.unnest(*arrays).table_valued(*(column(each.name, _sent_as(each)) for each in columns), name="sent").render_derived()
    )
    stated = (
        sent.c[each.name] if _text_of(each) is None else cast(sent.c[each.name], each.type).label(each.name) for each in columns
    )
    return select(*stated).subquery("given")


@lru_cache(maxsize=100)
def _inserting(table: Table, names: tuple[str, ...]) -> Insert:
    return insert(table).from_select(list(names), select(given_rows(table, names)))


@lru_cache(maxsize=100)
def _inserting_new(table: Table, names: tuple[str, ...], returning: tuple[str, ...]) -> Any:
    return _inserting(table, names).on_conflict_do_nothing().returning(*(table.c[name] for name in returning))


@lru_cache(maxsize=100)
def _replacing(table: Table, names: tuple[str, ...], moved: tuple[tuple[str, TextClause], ...], where: _Where) -> Insert:
    statement = _inserting(table, names)
    keys = [each.name for each in table.primary_key.columns]
    new = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_={**new, **dict(moved)}, where=where(table, new))


def _always(_: Table, __: _New) -> None:
    return None


def _is_another(table: Table, new: _New) -> ColumnElement[bool]:
    return or_(*(table.c[name].is_distinct_from(value) for name, value in new.items()))


@cache
def _is_newer(by: str) -> _Where:
    """Returns the same condition for the same column each time: statements are kept by it."""

    def newer(table: Table, new: _New) -> ColumnElement[bool]:
        return table.c[by] < new[by]

    return newer


@lru_cache(maxsize=100)
def _updating(table: Table, key: str, names: tuple[str, ...]) -> Update:
    given = given_rows(table, names)
    return update(table).where(table.c[key] == given.c[key]).values({name: given.c[name] for name in names if name != key})


def _parameter(name: str) -> str:
    return f"given_{name}"  # SQLAlchemy keeps the columns' own names for itself


def _values(of_column: Column[Any], values: Sequence[object]) -> Iterable[object]:
    text_of = _text_of(of_column)
    return values if text_of is None else (None if value is None else text_of(value) for value in values)


def _sent_as(of_column: Column[Any]) -> Any:
    return of_column.type if _text_of(of_column) is None else Text()


@lru_cache(maxsize=1_000)
def _text_of(of_column: Column[Any]) -> _Writer | None:
    """Returns what writes a column's values as text, for types of which there is no array, or none that is quick."""
    kind = of_column.type
    if isinstance(kind, TypeDecorator):
        return kind.bind_processor(_DIALECT) if isinstance(kind.impl_instance, JSON) else None
    if isinstance(kind, JSON):
        return _as_json
    if isinstance(kind, TSVECTOR):
        return str
    return _as_array if isinstance(kind, ARRAY) else None


def _as_json(value: object) -> str:
    return to_json(value).decode()


def _as_array(values: Iterable[object]) -> str:
    """Returns values as PostgreSQL reads an array. Arrays in an array would all need the same length."""
    quoted = (str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"
