"""Reads titles in the order of their changes, for whoever follows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Row, Select, func, literal, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain.changes import ChangedTitle, Frontier, Place, Readership, Span
from services.catalogue.store.tables import ordered_title, title
from services.catalogue.store.titles import TITLE_COLUMNS, title_of
from shared.db.paging import in_order

# The numbers of transactions begin again in another cluster, and go back where one is restored to an earlier moment: that begins
# another timeline. A row in a table could not tell: a dump would take it along.
_FRONTIER = text("""
    SELECT system_identifier || '.' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8),
           pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    FROM pg_control_system()
""")


async def frontier(connection: AsyncConnection) -> Frontier:
    """Returns how far changes are settled, and in which numbering."""
    return Frontier(*(await connection.execute(_FRONTIER)).one())


async def place_before(connection: AsyncConnection, readers: Readership, settled: Frontier) -> Place:
    """Returns the place before the first settled change that these readers get; the place after all where there is none."""
    position, _ = _keys(readers)
    query = _narrowed(select(func.min(position)), readers).where(position < _number(settled.position))
    first: int | None = (await connection.execute(query)).scalar_one()
    return settled.place if first is None else Place(first, "")


async def end_of_page(connection: AsyncConnection, readers: Readership, span: Span, limit: int) -> Place | None:
    """Returns the place of the last of the next `limit` changes in a span; None where no more than that are in it."""
    query = _in_span(select(*_keys(readers)), readers, span, limit=2).offset(limit - 1)
    rows = (await connection.execute(query)).all()
    return Place(*rows[0]) if len(rows) > 1 else None


async def changed_titles(connection: AsyncConnection, readers: Readership, span: Span, limit: int) -> list[ChangedTitle]:
    """Returns the next `limit` changed titles in a span, each once: a title that changes again leaves the span."""
    query = _in_span(select(*_columns(readers)), readers, span, limit=limit)
    return [_changed(row) for row in await connection.execute(query)]


async def changed_title(connection: AsyncConnection, readers: Readership, isbn: str) -> ChangedTitle | None:
    """Returns the title of an ISBN-13, if these readers get it."""
    query = _narrowed(select(*_columns(readers)).where(title.c.isbn == isbn), readers)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _changed(row)


async def suppliers_of_titles(connection: AsyncConnection, readers: Readership) -> list[str]:
    """Returns the suppliers whose records gave the words of these readers' titles, sorted."""
    query = _narrowed(select(title.c.supplier_id).distinct(), readers).order_by(title.c.supplier_id)
    return list((await connection.execute(query)).scalars())


def _keys(readers: Readership) -> tuple[Column[Any], Column[Any]]:
    """Returns the columns by which changes are in order."""
    if readers.council is None:
        return title.c.position, title.c.isbn
    return ordered_title.c.position, ordered_title.c.isbn


def _changed_at(readers: Readership) -> ColumnElement[Any]:
    """Returns when a title changed for these readers: an order of an old title is a change for its council."""
    if readers.council is None:
        return title.c.changed_at
    return func.greatest(title.c.changed_at, ordered_title.c.ordered_at)


def _columns(readers: Readership) -> Sequence[ColumnElement[Any]]:
    position, _ = _keys(readers)
    return [*TITLE_COLUMNS, position.label("place"), _changed_at(readers).label("changed")]


def _narrowed(query: Select[Any], readers: Readership) -> Select[Any]:
    changed_at = _changed_at(readers)
    if readers.council is not None:
        both = ordered_title.join(title, title.c.isbn == ordered_title.c.isbn)
        query = query.select_from(both).where(ordered_title.c.council == readers.council)
    if readers.supplier_id is not None:
        query = query.where(title.c.supplier_id == readers.supplier_id)
    if readers.since is not None:
        query = query.where(changed_at >= readers.since)
    if readers.before is not None:
        query = query.where(changed_at < readers.before)
    return query


def _in_span(query: Select[Any], readers: Readership, span: Span, *, limit: int) -> Select[Any]:
    keys = position, isbn = _keys(readers)
    until = tuple_(_number(span.until.position), literal(span.until.isbn, isbn.type))
    query = _narrowed(query, readers).where(tuple_(position, isbn) <= until)
    return in_order(query, keys, after=(span.after.position, span.after.isbn), limit=limit)


def _number(value: int) -> ColumnElement[int]:
    return literal(value, BigInteger)


def _changed(row: Row[Any]) -> ChangedTitle:
    return ChangedTitle(Place(row.place, row.isbn), title_of(row), row.changed)
