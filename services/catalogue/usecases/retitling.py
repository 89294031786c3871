"""Merges titles again whose records or fixes changed, keeps those that differ, publishes and judges the ordered ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import store
from services.catalogue.domain.fixes import as_records
from services.catalogue.domain.merging import Title, retitle
from services.catalogue.usecases.indexing import Books, index_titles
from services.catalogue.usecases.judging import judge_books
from services.catalogue.usecases.publishing import serve_titles
from shared.clock import Clock


async def retitle_books(
    connection: AsyncConnection, titles: dict[str, Title], books: Books, clock: Clock, cause: Callable[[str], None]
) -> None:
    """Merges the books' titles, keeps those that changed; publishes and judges those of them that a council ordered.

    `titles` are the titles there are, locked; both dictionaries are brought up to date. `cause` is called with an ISBN before its
    event is made. A book whose first title another transaction wrote meanwhile is merged again, from the records of both.
    """
    now = clock.now()
    changed = await _merged(connection, titles, books, now)
    await store.keep_titles(connection, [title for title in changed if title.isbn in titles])
    added = [title for title in changed if title.isbn not in titles]
    missed = {title.isbn for title in added} - await store.add_titles(connection, added)
    if missed:
        titles |= await store.lock_titles(connection, missed)
        books.update(await store.records_of_all(connection, missed))
        again = await _merged(connection, titles, {isbn: books[isbn] for isbn in missed}, now)
        await store.keep_titles(connection, again)
        changed = [*(title for title in changed if title.isbn not in missed), *again]
    titles |= {title.isbn: title for title in changed}
    # All of them: a record that leaves the title as it is may change whether the book can be had.
    await index_titles(connection, titles.values(), books)
    # A withdrawn one has the content that was published last.
    await store.touch_orders(connection, [title.isbn for title in changed if title.withdrawn])
    await serve_titles(connection, [title for title in changed if not title.withdrawn], clock, cause)
    await judge_books(connection, books, clock, cause)


async def _merged(connection: AsyncConnection, titles: Mapping[str, Title], books: Books, now: datetime) -> list[Title]:
    fixes = await store.fixes_in_force(connection, books.keys())
    found = (
        retitle(isbn, titles.get(isbn), books[isbn].values(), now, as_records(fixes[isbn]) if isbn in fixes else ())
        for isbn in sorted(books)
    )
    return [title for title in found if title is not None]
