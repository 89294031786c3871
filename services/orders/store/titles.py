"""Keeps the titles that the catalogue publishes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store.tables import title
from shared.contracts.catalogue import TitleChanged


async def keep_titles(connection: AsyncConnection, events: Sequence[TitleChanged]) -> None:
    """Keeps the newest version of titles; an older one that arrives late changes nothing, and no text is replaced by none."""
    statement = insert(title)
    stated = {name: func.coalesce(func.nullif(statement.excluded[name], ""), title.c[name]) for name in ("title", "author")}
    newer = statement.on_conflict_do_update(
        index_elements=[title.c.isbn],
        set_={**stated, "version": statement.excluded.version},
        where=title.c.version < statement.excluded.version,
    )
    rows = [{name: getattr(event, name) for name in ("isbn", "title", "author", "version")} for event in events]
    await connection.execute(newer, rows)
