"""Lists in order of time, newest first, page by page. Knows no table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Select, tuple_


def narrowed(query: Select[Any], wanted: Mapping[Column[Any], object]) -> Select[Any]:
    """Keep the rows whose columns have the wanted values; a value that is None does not narrow."""
    return query.where(*(column == value for column, value in wanted.items() if value is not None))


def newest_first(
    query: Select[Any], order: tuple[Column[Any], Column[Any]], *, after: tuple[datetime, UUID] | None, limit: int
) -> Select[Any]:
    """The first `limit` rows by the columns of moment and id; `after` is the moment and id of the last row of the page before."""
    if after is not None:
        query = query.where(tuple_(*order) < tuple_(*after))
    return query.order_by(*(column.desc() for column in order)).limit(limit)
