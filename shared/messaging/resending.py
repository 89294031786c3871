"""Sends again what the outbox still has: the very events, under their ids, so that an inbox ignores those it knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_UNMARK = text(
    """
    WITH page AS (
        SELECT seq FROM outbox
        WHERE sent_at IS NOT NULL AND created_at >= :since AND seq > :after
            AND (CAST(:council AS text) IS NULL OR headers ->> 'ce_councilid' = :council)
        ORDER BY seq LIMIT :limit
    )
    UPDATE outbox SET sent_at = NULL, sent_cluster = NULL FROM page WHERE outbox.seq = page.seq RETURNING outbox.seq
    """
)
_OLDEST = text("SELECT min(created_at) FROM outbox")


@dataclass(frozen=True, slots=True)
class Sent:
    """Which sent events: since when, and of which council (None: of all)."""

    since: datetime
    council: str | None = None


async def unmark_sent(connection: AsyncConnection, sent: Sent, *, after: int, limit: int) -> list[int]:
    """Marks the next events as unsent, so that the relay sends them again; returns their numbers in the outbox."""
    values = {"since": sent.since, "council": sent.council, "after": after, "limit": limit}
    return sorted((await connection.execute(_UNMARK, values)).scalars())


async def oldest_kept(connection: AsyncConnection) -> datetime | None:
    """Returns the time of the oldest event that the outbox still has; None if it has none."""
    found: datetime | None = (await connection.execute(_OLDEST)).scalar_one()
    return found
