"""Keeps the titles that the catalogue publishes, and shows them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Label, case, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store.tables import order_line, title
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


def shown_title() -> tuple[Label[str], Label[str]]:
    """Returns title and author of a line, for a query that joins the catalogue's title where there is one.

    The catalogue's takes precedence; until it arrives, what the LMS sent is shown.
    """
    # What the LMS sent is about the book that it ordered, not about a substitute.
    sent = {name: case((order_line.c.ordered_isbn.is_(None), order_line.c[name]), else_="") for name in ("title", "author")}
    known, by = (func.coalesce(func.nullif(title.c[name], ""), sent[name]) for name in ("title", "author"))
    return known.label("shown_title"), by.label("shown_author")
