"""The table of editions and its queries. A service adds the table to its own by `edition.to_metadata`."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.catalogue import TitleChanged
from shared.db.arrays import among, among_given
from shared.db.bulk import keep_newest, replace_many
from shared.db.locks import lock_names
from shared.works.grouping import works_of

# A row for each book with a title, and for each that one relates, of version 0 until it has a title itself. `related` is that of
# the newest `version`. `work` is the smallest ISBN-13 of all that are connected; null for a book without others.
edition = Table(
    "edition",
    MetaData(),
    Column("isbn", Text, primary_key=True),
    Column("related", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("work", Text),
    Index("edition_of_work", "work"),
)

_OF_THE_SAME = select(edition.c.work).where(among_given(edition.c.isbn, "isbns"))
_WORKS = select(edition.c.isbn, edition.c.work).where(edition.c.work.in_(_OF_THE_SAME))


async def keep_editions(connection: AsyncConnection, events: Iterable[TitleChanged]) -> None:
    """Keeps which editions the newest version of each title relates, and the works that follow. Any order gives the same."""
    stated = [event for event in events if event.editions is not None]
    if not stated:
        return
    isbns = {event.isbn for event in stated}
    related = {event.isbn for event in stated if event.editions} | (isbns & (await works_of_editions(connection, isbns)).keys())
    if related:
        # Two that group the same editions at once would each miss what the other adds.
        await lock_names(connection, "editions")
    rows = [{"isbn": event.isbn, "related": event.editions, "version": event.version} for event in stated]
    await keep_newest(connection, edition, rows)
    if related:
        await _group(connection, related)


async def works_of_editions(connection: AsyncConnection, isbns: Collection[str]) -> dict[str, str]:
    """Returns the work of each edition of the works that these ISBNs are of; a book without other editions is not there."""
    return {row.isbn: row.work for row in await connection.execute(_WORKS, {"isbns": list(isbns)})}


async def _group(connection: AsyncConnection, isbns: Collection[str]) -> None:
    """Groups again what these ISBNs were connected with, and what they are connected with now."""
    c = edition.c
    now = [row.related for row in await connection.execute(select(c.related).where(among(c.isbn, isbns)))]
    touched = {*isbns, *(other for others in now for other in others)}
    before = select(c.work).where(among(c.isbn, touched))
    members = select(c.isbn, c.related).where(or_(among(c.isbn, touched), c.work.in_(before)))
    editions = {row.isbn: row.related for row in await connection.execute(members)}
    grouped = works_of(editions)
    rows = [{"isbn": isbn, "work": grouped.get(isbn)} for isbn in sorted({*editions, *grouped})]
    await replace_many(connection, edition, rows, only_changed=True)
    await connection.execute(edition.delete().where(among(c.isbn, editions.keys()), c.version == 0, c.work.is_(None)))
