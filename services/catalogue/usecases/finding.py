"""Finds a title with the records that it was merged from, and the copies that the reader's council ordered."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import store
from services.catalogue.domain.items import NO_HOLDINGS, Holdings
from services.catalogue.domain.merging import Scored, Title
from services.catalogue.domain.records import no_such_title
from services.catalogue.usecases.holding import holdings_of


@dataclass(frozen=True, slots=True)
class TitleInFull:
    """A title, the records it was merged from, and the copies of it that the reader's council ordered."""

    title: Title
    records: list[Scored]
    holdings: Holdings


async def find_title(connection: AsyncConnection, isbn: str, council: str | None) -> TitleInFull:
    """Returns a title by ISBN-13 as a council reads it. Raises DomainError (404), naming the suppliers asked."""
    title = await store.get_title(connection, isbn)
    if title is None:
        raise no_such_title(isbn, await store.suppliers_asked(connection, isbn))
    held = await holdings_of(connection, council, [isbn])
    return TitleInFull(title, await store.records_of(connection, isbn), held.get(isbn, NO_HOLDINGS))
