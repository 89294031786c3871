"""The inbox: which events a consumer has handled. Written in the transaction of the effect, so each effect happens once."""

from __future__ import annotations

from collections.abc import Sequence
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
