"""Takes in a file of records part by part: what step 3 to 7 of `intake` are for other messages.

Each part is one transaction: its records are published, what could not be read is kept aside, and the place in the file is noted.
So a killed process goes on where it was, and nothing is published twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers import outgoing
from services.suppliers.contract import Kind
from services.suppliers.domain.feed_progress import Progress, end_of
from services.suppliers.domain.messages import Message, State
from services.suppliers.domain.part_events import packed
from services.suppliers.exchange import Exchange
from services.suppliers.store import feed_readings, feeds, messages
from services.suppliers.usecases.applying import origin_of
from services.suppliers.usecases.publishing import publish
from shared.contracts.messages import SettledBy
from shared.findings import Finding, Severity
from shared.records import KeptAside, Record


async def begin(connection: AsyncConnection, exchange: Exchange, message: Message) -> Progress | None:
    """Returns how far the message was read, to go on there; None where it repeats an earlier one, which it then ends as.

    `message` must be locked and in state `received`.
    """
    if Kind.RECORD in exchange.profile.feeds:
        await feeds.note_message(connection, Kind.RECORD, message.created_at)
    first = await messages.same_content(connection, message)
    if first is None:
        return await feed_readings.begin(connection, message.id, exchange.clock.now())
    reason, changes = f"message {first} had the same content", _columns(exchange, ())
    await messages.move(connection, message, State.DUPLICATE, now=exchange.clock.now(), reason=reason, changes=changes)
    return None


async def take(
    connection: AsyncConnection,
    exchange: Exchange,
    message: Message,
    progress: Progress,
    read: Sequence[Record | KeptAside],
    *,
    bytes_read: int,
) -> Progress:
    """Publishes the records among what was read, keeps the rest aside, and returns the progress, which it notes."""
    done = packed([each for each in read if isinstance(each, Record)], origin_of(exchange, message))
    await publish(connection, done.events, exchange.clock)
    aside = [each for each in read if isinstance(each, KeptAside)]
    aside += (KeptAside(number=one.number, offset=one.offset, raw=b"", finding=finding) for one, finding in done.held)
    after = progress.after([*done.carried, *aside], bytes_read=bytes_read, now=exchange.clock.now())
    await feed_readings.move(connection, message.id, after, aside)
    return after


async def finish(
    connection: AsyncConnection, exchange: Exchange, message: Message, progress: Progress, findings: Sequence[Finding]
) -> Message:
    """Ends a message that was read to its end; staff learn what is kept aside, and that what they waited for is settled."""
    now = exchange.clock.now()
    held_before = await messages.was_held(connection, message.id)
    if held_before:
        now = await messages.moment_after_its_changes(connection, message, now)
    await feed_readings.move(connection, message.id, replace(progress, ended_at=now), ())
    wrong = [finding.text for finding in findings if finding.severity is Severity.ERROR]
    state, reason = end_of(progress, wrong)
    ended = await messages.move(connection, message, state, now=now, reason=reason, changes=_columns(exchange, findings))
    supplier_id = exchange.profile.supplier_id
    if state in (State.PARTLY_APPLIED, State.QUARANTINED):
        await publish(connection, [outgoing.quarantined(supplier_id, ended, reason=reason, now=now)], exchange.clock)
    elif held_before:
        event = outgoing.settled(supplier_id, ended, SettledBy.APPLIED, reason=reason, now=now)
        await publish(connection, [event], exchange.clock)
    return ended


def _columns(exchange: Exchange, findings: Sequence[Finding]) -> dict[str, object]:
    return {
        "kind": Kind.RECORD,
        "findings": [asdict(finding) for finding in findings],
        "next_attempt_at": None,
        "profile_version": exchange.profile.version,
    }
