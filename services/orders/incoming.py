"""Maps each event the order book consumes to its use case. The list is complete."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import usecases
from services.orders.domain.invoices.matching import DEFAULT_TERMS, Terms
from services.orders.store.copies import hold_orders
from shared.bus import On, dispatch, on, read_event
from shared.clock import Clock
from shared.contracts.base import Topic
from shared.contracts.catalogue import TitleChanged
from shared.contracts.delivery import ConsignmentExpected, CopiesReceived, DiscrepancyFound
from shared.contracts.invoices import InvoiceReceived
from shared.contracts.selections import SelectionReceived
from shared.contracts.suppliers import OrderResponded, OrderSent
from shared.messaging.envelope import Envelope
from shared.messaging.subscription import Subscription

CONSUMER = "orders"


def handlers(clock: Clock, terms: Terms = DEFAULT_TERMS) -> list[On]:
    """Returns the handler of each event. `terms`: what invoices the council accepts without a query."""
    return [
        on(OrderSent, partial(usecases.record_sent, clock=clock)),
        on(OrderResponded, partial(usecases.apply_responses, clock=clock)),
        on(ConsignmentExpected, partial(usecases.expect_copies, clock=clock, terms=terms)),
        on(CopiesReceived, partial(usecases.receive_copies, clock=clock, terms=terms)),
        on(DiscrepancyFound, partial(usecases.reopen_copy, clock=clock)),
        on(InvoiceReceived, partial(usecases.receive_invoice, clock=clock, terms=terms)),
        on(SelectionReceived, partial(usecases.propose_order, clock=clock)),
        on(TitleChanged, usecases.learn_title),
    ]


def subscription(clock: Clock, terms: Terms = DEFAULT_TERMS) -> Subscription:
    """Returns the topics the order book consumes, with their handlers."""
    each = dispatch(handlers(clock, terms))

    async def handle(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
        # All locks first: locking event by event, two batches that name the same orders in another order would deadlock.
        await hold_orders(connection, {order_id for envelope in envelopes for order_id in _orders_in(envelope)})
        await each(connection, envelopes)

    return Subscription(CONSUMER, (Topic.SUPPLIERS, Topic.DELIVERY, Topic.CATALOGUE), handle)


def _orders_in(envelope: Envelope) -> set[UUID]:
    """Returns the ids of the orders that an event names and that its handler will change."""
    match envelope.type:
        case OrderSent.event_type:
            return {read_event(OrderSent, envelope).order_id}
        case OrderResponded.event_type:
            return {read_event(OrderResponded, envelope).order_id}
        case ConsignmentExpected.event_type:
            return {copy.order_id for copy in read_event(ConsignmentExpected, envelope).copies}
        case CopiesReceived.event_type:
            return {copy.order_id for copy in read_event(CopiesReceived, envelope).copies}
        case DiscrepancyFound.event_type:
            copy = read_event(DiscrepancyFound, envelope).consigned_copy
            return set() if copy is None else {copy.order_id}
        case _:
            return set()
