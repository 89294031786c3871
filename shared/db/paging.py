"""Queries for lists, page by page: filters, order, and where a page begins. `shared.http.paging` reads the cursors.

Must not know any table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Row, Select, Tuple, literal, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

Columns = tuple[Column[Any], ...]
Keys = tuple[object, ...]


def narrowed(query: Select[Any], wanted: Mapping[Column[Any], object]) -> Select[Any]:
    """Returns the query limited to rows whose columns have the wanted values; a value that is None does not filter."""
    return query.where(*(column == value for column, value in wanted.items() if value is not None))


def newest_first(query: Select[Any], keys: Columns, *, after: Keys | None, limit: int) -> Select[Any]:
    """Returns the query for `limit` rows, greatest keys first; `after` is the keys of the previous page's last row."""
    if after is not None:
        query = query.where(tuple_(*keys) < _bound(keys, after))
    return query.order_by(*(column.desc() for column in keys)).limit(limit)


def in_order(query: Select[Any], keys: Columns, *, after: Keys | None, limit: int | None) -> Select[Any]:
    """Returns the query for `limit` rows (None: all), least keys first; `after` is the keys of the previous page's last row."""
    if after is not None:
        query = query.where(tuple_(*keys) > _bound(keys, after))
    return query.order_by(*keys).limit(limit)


async def locked_page(
    connection: AsyncConnection, query: Select[Any], key: Column[Any], after: object, limit: int
) -> Sequence[Row[Any]]:
    """Returns the next `limit` rows by one key, from the first one where `after` is None.

    Nobody changes them until the transaction ends.
    """
    page = in_order(query, (key,), after=None if after is None else (after,), limit=limit)
    rows: Sequence[Row[Any]] = (await connection.execute(page.with_for_update(read=True))).all()
    return rows


def _bound(keys: Columns, values: Keys) -> Tuple:
    # Each value has the type of its column: a plain number would be sent with 32 bits.
    return tuple_(*(literal(value, column.type) for column, value in zip(keys, values, strict=True)))
