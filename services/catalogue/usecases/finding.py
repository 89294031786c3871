"""Finds a title with the records that it was merged from."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import store
from services.catalogue.domain.merging import Scored, Title
from services.catalogue.domain.records import no_such_title


async def find_title(connection: AsyncConnection, isbn: str) -> tuple[Title, list[Scored]]:
    """Returns a title by ISBN-13 and the records it was merged from. Raises DomainError (404), naming the suppliers asked."""
    title = await store.get_title(connection, isbn)
    if title is None:
        raise no_such_title(isbn, await store.suppliers_asked(connection, isbn))
    return title, await store.records_of(connection, isbn)
