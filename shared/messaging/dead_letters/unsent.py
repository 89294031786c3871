"""Dead letters of the outbox: events that Kafka never takes. The relay sets them aside; staff settle them like all others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from shared.db.listening import Driver
from shared.messaging.dead_letters.writing import REASON_LENGTH, pack_headers
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
        reason = excluded.reason, attempts = dead_letter.attempts + 1, dead_at = excluded.dead_at"""
_WAITING = "SELECT count(*) FROM dead_letter WHERE consumer = $1 AND state = 'dead'"
_QUERY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which row of the outbox cannot be sent, its headers, why, and when that was found."""

    seq: int
    headers: Mapping[str, str]
    reason: str
    at: datetime


async def set_aside(driver: Driver, refusal: Refusal) -> None:
    """Moves the row from the outbox to the dead letters."""
    # A lone surrogate, which UTF-8 does not have, is one of the reasons for which a row cannot be sent.
    headers = pack_headers([(name, text.encode(errors="surrogatepass")) for name, text in refusal.headers.items()])
    await driver.execute(
        _SET_ASIDE,
        refusal.seq,
        uuid4(),
        OUTBOX,
        refusal.headers.get("ce_councilid"),
        json.dumps(headers),
        replace_nul(refusal.reason, " ")[:REASON_LENGTH],
        refusal.at,
        timeout=_QUERY_SECONDS,
    )


async def count_waiting(driver: Driver) -> int:
    """Returns the number of events that nobody has settled yet."""
    found: int = await driver.fetchval(_WAITING, OUTBOX, timeout=_QUERY_SECONDS)
    return found
