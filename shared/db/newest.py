"""Queries for lists sorted by time, newest first, page by page. Must not know any table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Select, tuple_


def narrowed(query: Select[Any], wanted: Mapping[Column[Any], object]) -> Select[Any]:
    """Returns the query limited to rows whose columns have the wanted values; a value that is None does not filter."""
    return query.where(*(column == value for column, value in wanted.items() if value is not None))


def newest_first(
    query: Select[Any], order: tuple[Column[Any], Column[Any]], *, after: tuple[datetime, UUID] | None, limit: int
) -> Select[Any]:
    """Returns the query for `limit` rows sorted by moment and id; `after` is those of the previous page's last row."""
    if after is not None:
        query = query.where(tuple_(*order) < tuple_(*after))
    return query.order_by(*(column.desc() for column in order)).limit(limit)
