"""The table of editions and its queries. A service adds the table to its own by `edition.to_metadata`."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.catalogue import TitleChanged
from shared.db.arrays import among, among_given
from shared.db.bulk import keep_newest, replace_many
from shared.db.locks import lock_names
from shared.works.grouping import OVERGROWN, works_of

# A row for each book with a title, and for each that one relates, of version 0 until it has a title itself. `related` is that of
# the newest `version`. `work` is the smallest ISBN-13 of all that are connected; null for a book without others. Editions that
# are connected with too many have no name (`OVERGROWN`): what is stated later about one of them reads none of the others.
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
_WORKS = select(edition.c.isbn, edition.c.work).where(edition.c.work.in_(_OF_THE_SAME.where(edition.c.work != OVERGROWN)))
# A record that relates more books relates a list of its supplier's, not the editions of a book.
_MOST_RELATED = 50


async def keep_editions(connection: AsyncConnection, events: Iterable[TitleChanged]) -> None:
    """Keeps which editions the newest version of each title relates, and the works that follow. Any order gives the same.

    Editions that were connected with too many stay so, also where their titles no longer relate each other.
    """
    stated = [event for event in events if event.editions is not None]
    if not stated:
        return
    isbns = {event.isbn for event in stated}
    related = {event.isbn for event in stated if _related(event)} | (isbns & (await works_of_editions(connection, isbns)).keys())
    if related:
        # Two that group the same editions at once would each miss what the other adds.
        await lock_names(connection, "editions")
    rows = [{"isbn": event.isbn, "related": _related(event), "version": event.version} for event in stated]
    await keep_newest(connection, edition, rows)
    if related:
        await _group(connection, related)


def _related(event: TitleChanged) -> Collection[str]:
    editions = event.editions or ()
    return editions if len(editions) <= _MOST_RELATED else ()


async def works_of_editions(connection: AsyncConnection, isbns: Collection[str]) -> dict[str, str]:
    """Returns the work of each edition of the works that these ISBNs are of.

    A book without other editions is not there, nor one that is connected with too many.
    """
    return {row.isbn: row.work for row in await connection.execute(_WORKS, {"isbns": list(isbns)})}


async def _group(connection: AsyncConnection, isbns: Collection[str]) -> None:
    """Groups again what these ISBNs were connected with, and what they are connected with now."""
    c = edition.c
    now = [row.related for row in await connection.execute(select(c.related).where(among(c.isbn, isbns)))]
    touched = {*isbns, *(other for others in now for other in others)}
    found = (await connection.execute(select(c.isbn, c.related, c.work).where(among(c.isbn, touched)))).all()
    # In a statement of their own: with `or`, PostgreSQL reads the whole table.
    before = {row.work for row in found} - {None, OVERGROWN}
    members = await connection.execute(select(c.isbn, c.related).where(among(c.work, before)))
    editions = {row.isbn: row.related for row in (*found, *members)}
    grouped = works_of(editions, {row.isbn for row in found if row.work == OVERGROWN})
    rows = [{"isbn": isbn, "work": grouped.get(isbn)} for isbn in sorted({*editions, *grouped})]
    await replace_many(connection, edition, rows, only_changed=True)
    await connection.execute(edition.delete().where(among(c.isbn, editions.keys()), c.version == 0, c.work.is_(None)))
