"""What books are called."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.store.tables import title
from shared.db.arrays import among


async def titles_of(connection: AsyncConnection, isbns: Collection[str]) -> dict[str, str]:
    """Returns the titles of books by ISBN; leaves out those that are not known."""
    query = select(title.c.isbn, title.c.title).where(among(title.c.isbn, isbns), title.c.title != "")
    return {row.isbn: row.title for row in await connection.execute(query)}
