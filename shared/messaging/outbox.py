"""The outbox: events written in the same transaction as the change they report. The relay sends them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence

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


# How many events wait to be sent, the age of the oldest in seconds, and its time; all by the database's clock.
UNSENT = """SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8, min(created_at)
    FROM outbox WHERE sent_at IS NULL"""


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
            "headers": [json.dumps(envelope.to_headers(), separators=(",", ":")) for envelope in envelopes],
            "data": [envelope.data for envelope in envelopes],
            "channel": CHANNEL,
        },
    )
