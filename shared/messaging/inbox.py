"""The inbox: which events a consumer has handled. Written in the transaction of the effect, so each effect happens once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.messaging.envelope import Envelope

# Sorted, so that two group members that briefly hold the same records wait for each other instead of deadlocking.
_INSERT = text(
    """
    INSERT INTO inbox (consumer, event_id, outcome)
    SELECT :consumer, id, :outcome FROM unnest(CAST(:ids AS uuid[])) AS event (id) ORDER BY id
    ON CONFLICT DO NOTHING RETURNING event_id
    """
)

_TRIMMED = text("SELECT before FROM inbox_trim WHERE consumer = :consumer")
_NOTE_TRIM = text(
    """
    INSERT INTO inbox_trim (consumer, before)
    SELECT :consumer, max(at) FROM inbox WHERE consumer = :consumer AND at < :before HAVING count(*) > 0
    ON CONFLICT (consumer) DO UPDATE SET before = excluded.before WHERE inbox_trim.before < excluded.before
    """
)
# What a dead letter is about stays until somebody has settled it: a replay changes its row.
_TRIM = text(
    """
    DELETE FROM inbox WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM inbox
        WHERE at < :before AND consumer = :consumer AND NOT (outcome = 'dead' AND EXISTS (
            SELECT FROM dead_letter AS letter
            WHERE letter.consumer = inbox.consumer AND letter.event_id = inbox.event_id AND letter.state = 'dead'))
        LIMIT :limit))
    """
)


async def claim(connection: AsyncConnection, consumer: str, ids: Sequence[UUID], *, outcome: str = "applied") -> set[UUID]:
    """Records events as handled and returns the ids that were new. Waits for a concurrent claim of the same event."""
    result = await connection.execute(_INSERT, {"consumer": consumer, "outcome": outcome, "ids": list(ids)})
    return set(result.scalars())


async def claim_new(connection: AsyncConnection, consumer: str, envelopes: Sequence[Envelope]) -> list[Envelope]:
    """Records the events of a batch as handled and returns the new ones in order, each once."""
    new = await claim(connection, consumer, [envelope.id for envelope in envelopes])
    if len(new) == len(envelopes):
        return list(envelopes)
    first: dict[UUID, Envelope] = {}
    for envelope in envelopes:
        if envelope.id in new:
            first.setdefault(envelope.id, envelope)
    return list(first.values())


async def note_trim(connection: AsyncConnection, consumer: str, before: datetime) -> None:
    """Keeps that the inbox will no longer know the newest event handled before then. Commit it before the first row goes."""
    await connection.execute(_NOTE_TRIM, {"consumer": consumer, "before": before})


async def trim(connection: AsyncConnection, consumer: str, before: datetime, *, limit: int) -> int:
    """Removes up to `limit` events that were handled before then; returns how many."""
    return (await connection.execute(_TRIM, {"consumer": consumer, "before": before, "limit": limit})).rowcount


async def trimmed_before(connection: AsyncConnection, consumer: str) -> datetime | None:
    """Returns until when the inbox was trimmed; None if it never was."""
    found: datetime | None = (await connection.execute(_TRIMMED, {"consumer": consumer})).scalar_one_or_none()
    return found
