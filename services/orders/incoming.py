"""Which event leads to which use case. The whole of what the order book hears is on this page."""

from __future__ import annotations

from functools import partial

from services.orders import usecases
from services.orders.domain.invoices.matching import DEFAULT_TERMS, Terms
from shared.bus import On, dispatch, on
from shared.clock import Clock
from shared.contracts.base import Topic
from shared.contracts.catalogue import TitleChanged
from shared.contracts.delivery import ConsignmentExpected, CopiesReceived, DiscrepancyFound
from shared.contracts.invoices import InvoiceReceived
from shared.contracts.selections import SelectionReceived
from shared.contracts.suppliers import OrderResponded, OrderSent
from shared.messaging.subscription import Subscription

CONSUMER = "orders"


def handlers(clock: Clock, terms: Terms = DEFAULT_TERMS) -> list[On]:
    """The table of handlers. `terms` say what an invoice may do without a question."""
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
    """What the order book listens to."""
    return Subscription(CONSUMER, (Topic.SUPPLIERS, Topic.DELIVERY, Topic.CATALOGUE), dispatch(handlers(clock, terms)))
