"""The outbox: events written in the same transaction as the change they report. The relay sends them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic_core import to_json
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.messaging.envelope import Envelope

SHARDS = 4
CHANNEL = "outbox"
# Below the usual broker limit of 1 MiB per record, so that the relay can send every row. Counts data, key and headers.
MAX_RECORD_BYTES = 900_000

_INSERT = text(
    """
    WITH added AS (
        INSERT INTO outbox (event_id, type, topic, key, shard, headers, data)
        SELECT id, type, topic, key, shard, headers::json, data
        FROM unnest(CAST(:ids AS uuid[]), CAST(:types AS text[]), CAST(:topics AS text[]), CAST(:keys AS text[]),
                    CAST(:shards AS smallint[]), CAST(:headers AS text[]), CAST(:data AS bytea[]))
             WITH ORDINALITY AS event (id, type, topic, key, shard, headers, data, place)
        ORDER BY place
    )
    SELECT pg_notify(:channel, '')
    """
)


# A probe asks for the oldest event, and counts only where that is too old, up to a limit: it must not take long.
MOST_COUNTED = 1_000_000
_OLDEST = text(
    """
    SELECT created_at, extract(epoch FROM now() - created_at)::float8 AS age
    FROM outbox WHERE sent_at IS NULL ORDER BY seq LIMIT 1
    """
)
_COUNT = text("SELECT count(*) FROM (SELECT FROM outbox WHERE sent_at IS NULL LIMIT :limit) AS unsent")


@dataclass(frozen=True, slots=True)
class LateEvents:
    """How many events wait to be sent (at most MOST_COUNTED are counted), since when, and for how many seconds."""

    number: int
    since: datetime
    age: float


class RecordTooLarge(ValueError):
    """An event has more bytes than a broker takes in one record, so it cannot be published."""


def check_size(envelope: Envelope) -> None:
    """Raises RecordTooLarge for an event whose record would have more than MAX_RECORD_BYTES."""
    if (size := envelope.size()) > MAX_RECORD_BYTES:
        raise RecordTooLarge(f"{envelope.type} has {size} bytes with key and headers; at most {MAX_RECORD_BYTES} fit a record")


def shard_of(key: str) -> int:
    """Returns the relay shard of a key. It never changes, so that one relay sends all events of a key."""
    return zlib.crc32(key.encode()) % SHARDS


async def append(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
    """Adds events to the outbox in the caller's transaction; the commit wakes the relay.

    Call it after writing the change itself: the lock on the aggregate's row then decides the order of its events.
    Raises RecordTooLarge.
    """
    if not envelopes:
        return
    for envelope in envelopes:
        check_size(envelope)
    await connection.execute(
        _INSERT,
        {
            "ids": [envelope.id for envelope in envelopes],
            "types": [envelope.type for envelope in envelopes],
            "topics": [envelope.topic for envelope in envelopes],
            "keys": [envelope.key for envelope in envelopes],
            "shards": [shard_of(envelope.key) for envelope in envelopes],
            "headers": [to_json(envelope.headers).decode() for envelope in envelopes],
            "data": [envelope.data for envelope in envelopes],
            "channel": CHANNEL,
        },
    )


async def late_events(connection: AsyncConnection, seconds: float) -> LateEvents | None:
    """Returns the events that wait to be sent if the oldest is older than that, by the database's clock; else None."""
    oldest = (await connection.execute(_OLDEST)).one_or_none()
    if oldest is None or oldest.age <= seconds:
        return None
    number = (await connection.execute(_COUNT, {"limit": MOST_COUNTED})).scalar_one()
    return LateEvents(number, oldest.created_at, oldest.age)
