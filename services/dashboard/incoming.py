"""Maps each event the dashboard consumes to its use case. The list is complete."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.copies import GatheredCopies
from services.dashboard.usecases import projecting
from shared.bus import On, dispatch, on
from shared.contracts.base import Topic
from shared.contracts.catalogue import TitleChanged
from shared.contracts.delivery import ConsignmentExpected, CopiesReceived, DiscrepancyFound
from shared.contracts.invoices import InvoiceMatched, InvoiceQueried, InvoiceRejected
from shared.contracts.orders import CancellationRequested, LineProgressed, OrderPlaced
from shared.contracts.suppliers import (
    DespatchAdvised,
    FeedQuieted,
    FeedResumed,
    MessageQuarantined,
    MessageSettled,
    OrderResponded,
    OrderSent,
)
from shared.messaging.envelope import Envelope
from shared.messaging.subscription import Subscription

CONSUMER = "dashboard"


def handlers(copies: GatheredCopies) -> list[On]:
    """Returns the handler of each event. `copies` gathers the copies of the events that are handled."""
    return [
        on(OrderPlaced, partial(projecting.order_placed, copies=copies)),
        on(CancellationRequested, projecting.cancellation_requested),
        on(LineProgressed, partial(projecting.line_progressed, copies=copies)),
        on(OrderSent, projecting.order_sent),
        on(OrderResponded, projecting.order_responded),
        on(DespatchAdvised, projecting.despatch_advised),
        on(MessageQuarantined, projecting.message_quarantined),
        on(MessageSettled, projecting.message_settled),
        on(FeedQuieted, projecting.feed_quieted),
        on(FeedResumed, projecting.feed_resumed),
        on(InvoiceQueried, projecting.invoice_queried),
        on(InvoiceMatched, projecting.invoice_matched),
        on(InvoiceRejected, projecting.invoice_rejected),
        on(TitleChanged, projecting.title_changed),
        on(ConsignmentExpected, projecting.consignment_expected),
        on(CopiesReceived, projecting.copies_received),
        on(DiscrepancyFound, projecting.discrepancy_found),
    ]


def subscription() -> Subscription:
    """Returns the topics the dashboard consumes, with their handlers. Events carry their own times, so it needs no clock."""
    topics = (Topic.ORDERS, Topic.SUPPLIERS, Topic.DELIVERY, Topic.CATALOGUE)
    return Subscription(CONSUMER, topics, _apply)


async def _apply(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
    copies = GatheredCopies()
    await dispatch(handlers(copies))(connection, envelopes)
    await projecting.keep_copies(connection, copies)
