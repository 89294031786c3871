"""Publishes the exchange's events, and keeps those that state what is so, so that they can be published again.

Kept are the outcome of sending a message, a line's last answer, which messages wait for a person, what staff did about
each, which feeds are quiet, whether the supplier is reached, when a council's goods were last advised, and what its last
reconciliation found. What other services
act on (answers, goods, invoices, selections, records) is in the messages themselves, and is not published again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.store import publications
from services.suppliers.store.publications import Publication
from shared.bus import to_envelope
from shared.clock import Clock
from shared.contracts.base import Event, Written
from shared.contracts.messages import MessageHandled, MessageQuarantined, MessageSettled
from shared.contracts.reachability import SupplierReachable, SupplierUnreachable
from shared.contracts.suppliers import (
    DespatchAdvised,
    FeedQuieted,
    FeedResumed,
    OrderResponded,
    OrderSent,
    ReconciliationCompared,
)
from shared.messaging.outbox import append

# What the order book applies, and nobody keeps a state of: it can be long.
_NOT_KEPT = {"copies": (), "note": "", "prices": (), "supplier_references": None}


async def publish(connection: AsyncConnection, events: Iterable[Event | Written], clock: Clock) -> None:
    """Adds events to the outbox and to what is kept of them, in the caller's transaction.

    Raises ValueError for an event that is too large for a record.
    """
    written = [event if isinstance(event, Written) else Written.of(event) for event in events]
    envelopes = [(each.event, to_envelope(each, clock=clock)) for each in written]
    kept = [publication for event, envelope in envelopes for publication in _publications(event, envelope.time)]
    await publications.keep(connection, kept, at=clock.now())
    await append(connection, [envelope for _, envelope in envelopes])


def _publications(event: Event, now: datetime) -> Iterator[Publication]:
    match event:
        case OrderSent():
            yield Publication(f"{event.message_id}/{event.order_id}", event, event.sent_at)
        case OrderResponded():
            for line_key in {line.line_key: None for line in event.lines}:
                yield Publication(line_key, _answered(event, line_key), event.responded_at)
        case DespatchAdvised(council=str(council)):
            yield Publication(council, event.model_copy(update={"parcels": ()}), now)
        case MessageQuarantined(quarantined_at=at) | MessageSettled(settled_at=at) | MessageHandled(handled_at=at):
            yield Publication(str(event.message_id), event, at)
        case ReconciliationCompared(council=str(council)):
            yield Publication(council, event, event.compared_at)
        case FeedQuieted(quieted_at=at) | FeedResumed(resumed_at=at):
            yield Publication(event.kind, event, at)
        case SupplierUnreachable(noticed_at=at) | SupplierReachable(reached_at=at):
            yield Publication(event.supplier_id, event, at)


def _answered(event: OrderResponded, line_key: str) -> OrderResponded:
    """Returns what stays so of an answer: that the line was answered, when and what, and whether the account was stopped then."""
    lines = (line.model_copy(update=_NOT_KEPT) for line in event.lines if line.line_key == line_key)
    return event.model_copy(update={"lines": tuple(lines)})
