"""Maps each event the order book consumes to its use case. The list is complete."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import usecases
from services.orders.store.copies import hold_orders
from shared.bus import On, dispatch, on
from shared.clock import Clock
from shared.contracts.base import Event, Topic
from shared.contracts.catalogue import TitleChanged
from shared.contracts.delivery import ConsignmentExpected, CopiesReceived, DiscrepancyFound
from shared.contracts.invoices import InvoiceReceived
from shared.contracts.selections import SelectionReceived
from shared.contracts.suppliers import OrderResponded, OrderSent, SupplierAnnounced
from shared.invoicing.matching import DEFAULT_TERMS, Terms
from shared.messaging.subscription import Subscription

CONSUMER = "orders"


def handlers(clock: Clock, terms: Terms = DEFAULT_TERMS) -> list[On]:
    """Returns the handler of each event. `terms`: the differences of prices that the council accepts without being asked."""
    return [
        on(OrderSent, partial(usecases.record_sent, clock=clock)),
        on(OrderResponded, partial(usecases.apply_responses, clock=clock, terms=terms)),
        on(ConsignmentExpected, partial(usecases.expect_copies, clock=clock, terms=terms)),
        on(CopiesReceived, partial(usecases.receive_copies, clock=clock, terms=terms)),
        on(DiscrepancyFound, partial(usecases.reopen_copy, clock=clock)),
        on(InvoiceReceived, partial(usecases.receive_invoice, clock=clock, terms=terms)),
        on(SelectionReceived, partial(usecases.propose_order, clock=clock)),
        on(TitleChanged, usecases.learn_title),
        on(SupplierAnnounced, usecases.learn_supplier),
    ]


def subscription(clock: Clock, terms: Terms = DEFAULT_TERMS) -> Subscription:
    """Returns the topics the order book consumes, with their handlers."""
    handle = dispatch(handlers(clock, terms), lock=_hold_orders)
    return Subscription(CONSUMER, (Topic.SUPPLIERS, Topic.DELIVERY, Topic.CATALOGUE), handle)


async def _hold_orders(connection: AsyncConnection, events: Sequence[Event]) -> None:
    await hold_orders(connection, {order_id for event in events for order_id in _orders_in(event)})


def _orders_in(event: Event) -> set[UUID]:
    """Returns the ids of the orders that an event names and that its handler will change."""
    match event:
        case OrderSent() | OrderResponded():
            return {event.order_id}
        case ConsignmentExpected() | CopiesReceived():
            return {copy.order_id for copy in event.copies}
        case DiscrepancyFound():
            return set() if event.consigned_copy is None else {event.consigned_copy.order_id}
        case _:
            return set()
