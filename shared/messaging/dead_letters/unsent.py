"""Dead letters of the outbox: events that Kafka never takes. The relay sets them aside; staff settle them like all others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from shared.db.listening import Driver
from shared.messaging.dead_letters.telling import LetterNews, Tell, tell_nobody
from shared.messaging.dead_letters.writing import REASON_LENGTH, pack_headers
from shared.messaging.outbox import shard_of
from shared.texts import replace_nul

# The name in the column `consumer`; partition and offset are the row's shard and number in the outbox.
OUTBOX = "outbox"

# One statement, so that the event is always in one of the two tables. An event that was replayed and refused again is dead again.
_SET_ASIDE = """
    WITH taken AS (DELETE FROM outbox WHERE seq = $1 RETURNING *)
    INSERT INTO dead_letter (id, consumer, event_id, event_type, council_id, topic, partition, "offset", key, headers, value,
                             reason, attempts, first_failed_at, dead_at)
    SELECT $2, $3, event_id, type, $4, topic, shard, seq, convert_to(key, 'UTF8'), $5::text::json, data, $6, 1, $7, $7 FROM taken
    ON CONFLICT (consumer, event_id) DO UPDATE SET
        state = 'dead', settled_at = NULL, settled_by = NULL, settled_reason = NULL, "offset" = excluded."offset",
        reason = excluded.reason, attempts = dead_letter.attempts + 1, dead_at = excluded.dead_at
    RETURNING id, event_type, council_id"""
_TELL = """
    INSERT INTO outbox (event_id, type, topic, key, shard, headers, data) VALUES ($1, $2, $3, $4, $5, $6::text::json, $7)"""
_WAITING = "SELECT count(*) FROM dead_letter WHERE consumer = $1 AND state = 'dead'"
_QUERY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which row of the outbox cannot be sent, its headers, why, and when that was found."""

    seq: int
    headers: Mapping[str, str]
    reason: str
    at: datetime


async def set_aside(driver: Driver, refusal: Refusal, tell: Tell = tell_nobody) -> None:
    """Moves the row from the outbox to the dead letters, and publishes that it did."""
    # A lone surrogate, which UTF-8 does not have, is one of the reasons for which a row cannot be sent.
    headers = pack_headers([(name, text.encode(errors="surrogatepass")) for name, text in refusal.headers.items()])
    reason = replace_nul(refusal.reason, " ")[:REASON_LENGTH]
    council = refusal.headers.get("ce_councilid")
    values = (refusal.seq, uuid4(), OUTBOX, council, json.dumps(headers), reason, refusal.at)
    async with driver.transaction():
        row = await driver.fetchrow(_SET_ASIDE, *values, timeout=_QUERY_SECONDS)
        if row is None:
            return
        news = LetterNews(row["id"], OUTBOX, row["event_type"] or "", row["council_id"], reason, refusal.at)
        if (event := tell(news)) is not None:
            place = (
                event.id,
                event.type,
                event.topic,
                event.key,
                shard_of(event.key),
                json.dumps(dict(event.headers)),
                event.data,
            )
            await driver.execute(_TELL, *place, timeout=_QUERY_SECONDS)


async def count_waiting(driver: Driver) -> int:
    """Returns the number of events that nobody has settled yet."""
    found: int = await driver.fetchval(_WAITING, OUTBOX, timeout=_QUERY_SECONDS)
    return found
