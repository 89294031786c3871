"""Counts records that came for nothing, adds up what was counted of records, and publishes the counts of duplication.

Publishes how often suppliers sent the records of ordered books, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import outgoing, store
from services.catalogue.domain.duplication import Tally, What
from services.catalogue.domain.records import KeptRecord, TimesSupplied
from services.catalogue.store.duplication import add_up_duplication, note_duplication
from services.catalogue.store.judgements import councils_of
from services.catalogue.store.quality import add_up_quality
from shared.bus import to_envelope
from shared.clock import Clock
from shared.messaging.envelope import Envelope
from shared.messaging.outbox import append

ADDED_AT_ONCE = 1_000

Received: TypeAlias = tuple[KeptRecord, What | None]
"""A record that arrived, and why it came for nothing; None where it did not."""


async def count_received(
    connection: AsyncConnection, received: Sequence[Received], clock: Clock, cause: Callable[[str], None]
) -> None:
    """Counts records that arrived, for all councils together and for each that had ordered the book. Withdrawals are none.

    Publishes how often those of ordered books have been supplied now. `cause` is called with an ISBN before its event is made.
    """
    counted = [(record, reason) for record, reason in received if not record.withdrawn]
    councils: defaultdict[str, list[str]] = defaultdict(list)
    for isbn, council in await councils_of(connection, {record.isbn for record, _ in counted}):
        councils[isbn].append(council)
    tally = Tally()
    for record, reason in counted:
        day = clock.day_of(record.supplied_at)
        for what in (What.RECEIVED, reason):
            if what is not None:
                tally.add(day, record.supplier_id, what, councils.get(record.isbn, ()))
    await note_duplication(connection, tally)
    if councils:
        arrived = {(record.isbn, record.supplier_id) for record, _ in counted}
        times = await store.times_supplied(connection, councils)
        await tell_times_supplied(connection, (each for each in times if (each.isbn, each.supplier_id) in arrived), clock, cause)


async def tell_times_supplied(
    connection: AsyncConnection, counted: Iterable[TimesSupplied], clock: Clock, cause: Callable[[str], None]
) -> None:
    """Publishes how often suppliers sent the records of ordered books; nobody adds to that until the transaction ends.

    `cause` is called with an ISBN before its event is made.
    """
    published: list[Envelope] = []
    for each in counted:
        cause(each.isbn)
        published.append(to_envelope(outgoing.record_counted(each), clock=clock, version=each.times))
    await append(connection, published)


async def add_up_overdue(connection: AsyncConnection, clock: Clock) -> bool:
    """Adds what batches noted to the counts of their months and days; publishes those of days that changed.

    Returns whether there may be more.
    """
    scored = await add_up_quality(connection, ADDED_AT_ONCE)
    taken, changed = await add_up_duplication(connection, ADDED_AT_ONCE)
    events = (to_envelope(outgoing.duplication_counted(day, each), clock=clock, version=each.version) for day, each in changed)
    await append(connection, list(events))
    return ADDED_AT_ONCE in (scored, taken)
