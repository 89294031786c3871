"""Maps each event the catalogue consumes to its use case. The list is complete."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.store.serving import keep_ordering_rules
from services.catalogue.store.suppliers import keep_supplier
from services.catalogue.usecases.asking import ask_for_unknown_titles
from services.catalogue.usecases.holding import keep_ordered_copies, note_progress
from services.catalogue.usecases.taking import take_brief_records, take_records
from shared.bus import On, dispatch, on, on_all
from shared.clock import Clock
from shared.contracts.base import Topic
from shared.contracts.decisions import LinesDecided
from shared.contracts.orders import LineProgressed, LinesAdded, OrderedLines, OrderPlaced, SourcingRuleChanged
from shared.contracts.suppliers import RecordsSupplied, RecordSupplied, SupplierAnnounced
from shared.messaging.envelope import Envelope
from shared.messaging.subscription import Subscription

CONSUMER = "catalogue"
SUPPLIERS_CONSUMER = "catalogue-suppliers"


def handlers(clock: Clock) -> list[On]:
    """Returns the handler of each event."""
    return [
        on_all(RecordsSupplied, partial(take_records, clock=clock)),
        on_all(RecordSupplied, partial(take_brief_records, clock=clock)),
        on_all(OrderPlaced, partial(_on_lines_ordered, clock=clock), keeps_state=True),
        on_all(LinesAdded, partial(_on_lines_ordered, clock=clock), keeps_state=True),
        on_all(LineProgressed, partial(note_progress, clock=clock), keeps_state=True),
        on_all(LinesDecided, partial(ask_for_unknown_titles, clock=clock)),
        on_all(SourcingRuleChanged, _on_rules_changed, keeps_state=True),
        on(SupplierAnnounced, _on_supplier_announced, keeps_state=True),
    ]


async def _on_lines_ordered(
    connection: AsyncConnection, arrived: Sequence[tuple[OrderedLines, Envelope]], *, clock: Clock
) -> None:
    await keep_ordered_copies(connection, arrived)
    new = [(event, envelope) for event, envelope in arrived if not envelope.republished]
    await ask_for_unknown_titles(connection, new, clock=clock)


async def _on_rules_changed(connection: AsyncConnection, arrived: Sequence[tuple[SourcingRuleChanged, Envelope]]) -> None:
    await keep_ordering_rules(connection, [event for event, _ in arrived])


async def _on_supplier_announced(connection: AsyncConnection, event: SupplierAnnounced, _: Envelope) -> None:
    await keep_supplier(connection, event)


def subscription(clock: Clock) -> Subscription:
    """Returns the topics of records and orders, with their handlers."""
    return Subscription(CONSUMER, (Topic.SUPPLIER_RECORDS, Topic.ORDERS), dispatch(handlers(clock)))


def suppliers_subscription(clock: Clock) -> Subscription:
    """Returns the topic in which suppliers are announced, with its handler.

    A consumer of its own, which begins at the oldest event. That of records and orders would stop at one from before the last
    trim of its inbox, because that is how an event looks that may have been handled (decision 0017).
    """
    return Subscription(SUPPLIERS_CONSUMER, (Topic.SUPPLIERS,), dispatch(handlers(clock)))
