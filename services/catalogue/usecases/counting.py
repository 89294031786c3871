"""Counts records that came for nothing, adds up what was counted of records, and publishes the counts of duplication."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import outgoing
from services.catalogue.domain.duplication import Tally, What
from services.catalogue.domain.records import KeptRecord
from services.catalogue.store.duplication import add_up_duplication, note_duplication
from services.catalogue.store.judgements import councils_of
from services.catalogue.store.quality import add_up_quality
from shared.bus import to_envelope
from shared.clock import Clock
from shared.messaging.outbox import append

ADDED_AT_ONCE = 1_000

Received: TypeAlias = tuple[KeptRecord, What | None]
"""A record that arrived, and why it came for nothing; None where it did not."""


async def count_received(connection: AsyncConnection, received: Sequence[Received], clock: Clock) -> None:
    """Counts records that arrived, for all councils together and for each that had ordered the book. Withdrawals are none."""
    counted = [(record, reason) for record, reason in received if not record.withdrawn]
    councils: defaultdict[str, list[str]] = defaultdict(list)
    for isbn, council in await councils_of(connection, {record.isbn for record, _ in counted}):
        councils[isbn].append(council)
    tally = Tally()
    for record, reason in counted:
        day = clock.day_of(record.supplied_at)
        for what in (What.RECEIVED, reason):
            if what is not None:
                tally.add(day, record.supplier_id, what, councils[record.isbn])
    await note_duplication(connection, tally)


async def add_up_overdue(connection: AsyncConnection, clock: Clock) -> bool:
    """Adds what batches noted to the counts of their months and days; publishes those of days that changed.

    Returns whether there may be more.
    """
    scored = await add_up_quality(connection, ADDED_AT_ONCE)
    taken, changed = await add_up_duplication(connection, ADDED_AT_ONCE)
    events = (to_envelope(outgoing.duplication_counted(day, each), clock=clock, version=each.version) for day, each in changed)
    await append(connection, list(events))
    return ADDED_AT_ONCE in (scored, taken)
