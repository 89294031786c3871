"""Keeps what search knows of titles in step with titles and records."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import store
from services.catalogue.domain.entry import entry_of
from services.catalogue.domain.merging import Scored, Title

INDEXED_AT_ONCE = 500
# Each batch has some hundred words, all of which are in memory at once.
LEARNT_AT_ONCE = 10

Books: TypeAlias = MutableMapping[str, dict[str, Scored]]
"""Records by ISBN and supplier."""


async def index_titles(connection: AsyncConnection, titles: Iterable[Title], books: Books) -> None:
    """Keeps entries of titles, made from them and all records of their books."""
    entries = [entry_of(title, (each.record for each in books[title.isbn].values())) for title in titles]
    await store.keep_entries(connection, entries)


async def learn_words(connection: AsyncConnection) -> bool:
    """Makes words known to which misspelt ones are corrected, of some titles; returns whether there may be more."""
    return await store.learn_words(connection, LEARNT_AT_ONCE) == LEARNT_AT_ONCE


async def index_overdue(connection: AsyncConnection) -> bool:
    """Makes titles searchable that are not as they are, at most INDEXED_AT_ONCE; returns whether there may be more.

    Those are titles from before there was a search, and those that the release before it writes.
    """
    isbns = await store.take_unsearched(connection, INDEXED_AT_ONCE)
    titles = await store.titles_of(connection, isbns)
    await index_titles(connection, titles.values(), await store.records_of_all(connection, isbns))
    return len(isbns) == INDEXED_AT_ONCE
