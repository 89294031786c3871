"""Keeps the titles that the catalogue publishes."""

from __future__ import annotations

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store.tables import title
from shared.contracts.catalogue import TitleChanged


async def keep_title(connection: AsyncConnection, event: TitleChanged) -> None:
    """Keeps the newest version of a title; an older one that arrives late changes nothing, and no text is replaced by none."""
    statement = insert(title).values(isbn=event.isbn, title=event.title, author=event.author, version=event.version)
    stated = {name: func.coalesce(func.nullif(statement.excluded[name], ""), title.c[name]) for name in ("title", "author")}
    newer = statement.on_conflict_do_update(
        index_elements=[title.c.isbn],
        set_={**stated, "version": statement.excluded.version},
        where=title.c.version < statement.excluded.version,
    )
    await connection.execute(newer)
