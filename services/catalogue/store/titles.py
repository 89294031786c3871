"""Reads and writes titles, and which of them councils ordered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Row, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain.finds import Listed
from services.catalogue.domain.merging import Title
from services.catalogue.domain.snippets import Texts, texts_of
from services.catalogue.store.records import brief_columns, described
from services.catalogue.store.tables import BRIEF, CURRENT_TRANSACTION, ordered_title, title
from shared.db.arrays import among
from shared.db.bulk import insert_new, replace_many
from shared.db.paging import in_order, locked_page
from shared.records.brief import Brief

_MOVED = text(CURRENT_TRANSACTION)
_PLAIN = ("isbn", "supplier_id", "version", "changed_at", "description", "sources", "withdrawn")
TITLE_COLUMNS = [title.c[name] for name in (*_PLAIN, *BRIEF)]
_LISTED = ("isbn", "supplier_id", "version", "changed_at", *BRIEF)
_LISTED_OF = f"SELECT {', '.join(_LISTED)} FROM title WHERE isbn = ANY($1)"  # noqa: S608
_DESCRIBED_OF = f"SELECT {', '.join(_LISTED)}, CAST(description AS text) FROM title WHERE isbn = ANY($1)"  # noqa: S608


def title_of(row: Row[tuple[object, ...]]) -> Title:
    """Returns the title in a row of `TITLE_COLUMNS`."""
    sources = row.sources or {"title": row.supplier_id}
    return Title(row.isbn, described(row), sources, row.version, row.changed_at, row.withdrawn)


async def get_title(connection: AsyncConnection, isbn: str) -> Title | None:
    """Returns the title of an ISBN-13."""
    row = (await connection.execute(select(*TITLE_COLUMNS).where(title.c.isbn == isbn))).one_or_none()
    return None if row is None else title_of(row)


async def lock_titles(connection: AsyncConnection, isbns: Collection[str]) -> dict[str, Title]:
    """Returns the titles of these ISBNs, by ISBN. Nobody else changes them until the transaction ends."""
    query = select(*TITLE_COLUMNS).where(among(title.c.isbn, isbns)).order_by(title.c.isbn).with_for_update()
    return {row.isbn: title_of(row) for row in await connection.execute(query)}


async def hold_titles(connection: AsyncConnection, isbns: Collection[str]) -> set[str]:
    """Locks the titles of these ISBNs as `lock_titles` does, without reading them; returns the ISBNs that have one."""
    query = select(title.c.isbn).where(among(title.c.isbn, isbns)).order_by(title.c.isbn).with_for_update()
    return set((await connection.execute(query)).scalars())


async def keep_titles(connection: AsyncConnection, changed: Sequence[Title]) -> None:
    """Writes new or changed titles. Whoever calls it also keeps their entries for search: the titles are noted as searched."""
    await replace_many(connection, title, [_row(each) for each in changed], moved={"position": _MOVED})


async def add_titles(connection: AsyncConnection, new: Sequence[Title]) -> set[str]:
    """Writes new titles; returns the ISBNs of those written. The others have a title that another transaction wrote meanwhile."""
    added = await insert_new(connection, title, [_row(each) for each in new], returning=("isbn",))
    return {row.isbn for row in added}


def _row(kept: Title) -> dict[str, object]:
    stated = {name: getattr(kept, name) for name in _PLAIN}
    return {**stated, **brief_columns(kept.description), "searched_version": kept.version}


async def titles_of(connection: AsyncConnection, isbns: Collection[str]) -> dict[str, Title]:
    """Returns the titles of these ISBNs, by ISBN."""
    query = select(*TITLE_COLUMNS).where(among(title.c.isbn, isbns))
    return {row.isbn: title_of(row) for row in await connection.execute(query)}


async def list_titles(
    connection: AsyncConnection, *, isbns: Collection[str], after: tuple[str] | None, limit: int
) -> list[Listed]:
    """Lists titles by ISBN: those named; all, if none is."""
    query = select(*(title.c[name] for name in _LISTED))
    if isbns:
        query = query.where(title.c.isbn.in_(isbns))
    query = in_order(query, (title.c.isbn,), after=after, limit=limit)
    return [_listed(row) for row in await connection.execute(query)]


async def listed_titles(connection: AsyncConnection, isbns: Collection[str]) -> dict[str, Listed]:
    """Returns the titles of these ISBNs for a list, by ISBN."""
    return {row[0]: _listed(row) for row in await connection.exec_driver_sql(_LISTED_OF, (list(isbns),))}


async def described_titles(connection: AsyncConnection, isbns: Collection[str]) -> dict[str, tuple[Listed, Texts]]:
    """Returns the titles of these ISBNs for a list, with the texts in which words are marked, by ISBN."""
    rows = await connection.exec_driver_sql(_DESCRIBED_OF, (list(isbns),))
    titles = ((_listed(row[:-1]), from_json(row[-1])) for row in rows)
    return {each.isbn: (each, texts or texts_of(each.brief)) for each, texts in titles}


def _listed(row: Sequence[Any]) -> Listed:
    isbn, supplier_id, version, changed_at, *brief = row
    return Listed(isbn, Brief(*brief), supplier_id, version, changed_at)


async def published_after(connection: AsyncConnection, since: datetime | None, *, after: str | None, limit: int) -> list[Title]:
    """Returns the next published titles by ISBN that changed since then; nobody changes them until the transaction ends."""
    published = select(ordered_title.c.isbn).where(ordered_title.c.published)
    query = select(*TITLE_COLUMNS).where(title.c.isbn.in_(published))
    if since is not None:
        query = query.where(title.c.changed_at >= since)
    return [title_of(row) for row in await locked_page(connection, query, title.c.isbn, after, limit)]


async def known_isbns(connection: AsyncConnection, isbns: Collection[str]) -> set[str]:
    """Returns the ISBNs that have a title."""
    return set((await connection.execute(select(title.c.isbn).where(among(title.c.isbn, isbns)))).scalars())


async def note_orders(connection: AsyncConnection, ordered: Collection[tuple[str, str]], now: datetime) -> set[tuple[str, str]]:
    """Writes down which council ordered which book: pairs of ISBN and council. Returns those that were not written down yet."""
    rows = [{"isbn": isbn, "council": council, "ordered_at": now, "published": False} for isbn, council in sorted(ordered)]
    new = await insert_new(connection, ordered_title, rows, returning=("isbn", "council"))
    return {(row.isbn, row.council) for row in new}


async def lock_unpublished(connection: AsyncConnection, isbns: Collection[str] | None, limit: int | None) -> list[Title]:
    """Returns the titles that a council ordered and never got, of these ISBNs or of any.

    Nobody else changes them until the transaction ends.
    """
    waiting = select(ordered_title.c.isbn).where(~ordered_title.c.published)
    if isbns is not None:
        waiting = waiting.where(among(ordered_title.c.isbn, isbns))
    query = select(*TITLE_COLUMNS).where(title.c.isbn.in_(waiting)).order_by(title.c.isbn).limit(limit).with_for_update()
    return [title_of(row) for row in await connection.execute(query)]


async def readers_of(connection: AsyncConnection, isbns: Collection[str]) -> list[tuple[str, str, bool]]:
    """Returns ISBN, council and whether it got the title already, of all who ordered these books, the first orders first."""
    columns = (ordered_title.c.isbn, ordered_title.c.council, ordered_title.c.published)
    query = (
        select(*columns).where(among(ordered_title.c.isbn, isbns)).order_by(ordered_title.c.ordered_at, ordered_title.c.council)
    )
    return [(isbn, council, published) for isbn, council, published in await connection.execute(query)]


async def touch_orders(connection: AsyncConnection, isbns: Collection[str]) -> None:
    """Moves titles to the end of what each council that ordered them reads: it has got them."""
    if isbns:
        ordered = among(ordered_title.c.isbn, isbns)
        await connection.execute(ordered_title.update().where(ordered).values(position=_MOVED, published=True))
