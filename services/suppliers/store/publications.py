"""Keeps the last event of each kind about each thing that others keep a state of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.store.tables import ordered_line, published
from shared.contracts.base import Event
from shared.contracts.registry import EVENTS
from shared.db.paging import locked_page, narrowed

_CLASSES = {event.event_type: event for event in EVENTS}
# In order of the key, so that two transactions about the same things wait for each other and never deadlock.
_KEEP = text(
    """
    INSERT INTO published (event_type, subject, council, stated_at, published_at, data)
    SELECT event_type, subject, council, stated_at, published_at, data
    FROM json_to_recordset(:rows) AS row (event_type text, subject text, council text,
                                          stated_at timestamptz, published_at timestamptz, data jsonb)
    ORDER BY event_type, subject
    ON CONFLICT (event_type, subject) DO UPDATE SET
        seq = DEFAULT, council = excluded.council, stated_at = excluded.stated_at,
        published_at = excluded.published_at, data = excluded.data
    WHERE published.stated_at <= excluded.stated_at
    """
)


@dataclass(frozen=True, slots=True)
class Publication:
    """An event about one thing, and the time by which readers tell later ones from earlier ones."""

    subject: str
    event: Event
    stated_at: datetime


async def keep(connection: AsyncConnection, publications: Iterable[Publication], *, at: datetime) -> None:
    """Keeps each publication in place of the earlier one about the same thing."""
    rows = {
        (one.event.event_type, one.subject): {
            "event_type": one.event.event_type,
            "subject": one.subject,
            "council": one.event.council,
            "stated_at": one.stated_at.isoformat(),
            "published_at": at.isoformat(),
            "data": one.event.model_dump(mode="json"),
        }
        for one in publications
    }
    if rows:
        await connection.execute(_KEEP, {"rows": json.dumps(list(rows.values()))})


async def councils(connection: AsyncConnection) -> set[str]:
    """Returns the councils that ordered from this supplier."""
    return set((await connection.execute(select(ordered_line.c.council).distinct())).scalars())


async def publications_after(
    connection: AsyncConnection, council: str | None, since: datetime | None, *, after: int | None, limit: int
) -> list[tuple[int, Publication]]:
    """Returns the next publications with their numbers, in the order in which they were published, locked."""
    c = published.c
    query = narrowed(select(published), {c.council: council})
    if since is not None:
        query = query.where(c.published_at >= since)
    return [
        (row.seq, Publication(row.subject, _CLASSES[row.event_type].model_validate(row.data), row.stated_at))
        for row in await locked_page(connection, query, c.seq, after, limit)
    ]
