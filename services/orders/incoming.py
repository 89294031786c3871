"""Maps each event the order book consumes to its use case. The list is complete."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import usecases
from services.orders.store.accounts import Account, hold_accounts
from services.orders.store.copies import hold_orders
from services.orders.store.proposals import hold_proposals
from shared.bus import On, dispatch, on, on_all
from shared.clock import Clock
from shared.contracts.asked import OrderAsked
from shared.contracts.base import Event, Topic
from shared.contracts.catalogue import RecordJudged, TitleChanged
from shared.contracts.delivery import ConsignmentExpected, CopiesReceived, DeliveryRuleChanged, DiscrepancyFound
from shared.contracts.enquiries import EnquirySent
from shared.contracts.invoices import InvoiceReceived
from shared.contracts.selections import SelectionReceived
from shared.contracts.suppliers import OrderResponded, OrderSent, SupplierAnnounced
from shared.invoicing.matching import DEFAULT_TERMS, Terms
from shared.messaging.subscription import Subscription

CONSUMER = "orders"


def handlers(clock: Clock, terms: Terms = DEFAULT_TERMS) -> list[On]:
    """Returns the handler of each event. `terms`: the differences of prices that the council accepts without being asked."""
    return [
        on_all(OrderSent, partial(usecases.record_sent, clock=clock)),
        on_all(OrderResponded, partial(usecases.apply_responses, clock=clock, terms=terms)),
        on(EnquirySent, partial(usecases.record_enquiry_sent, clock=clock)),
        on(ConsignmentExpected, partial(usecases.expect_copies, clock=clock, terms=terms)),
        on(CopiesReceived, partial(usecases.receive_copies, clock=clock, terms=terms)),
        on(DiscrepancyFound, partial(usecases.reopen_copy, clock=clock)),
        on(InvoiceReceived, partial(usecases.receive_invoice, clock=clock, terms=terms)),
        on(SelectionReceived, partial(usecases.propose_order, clock=clock)),
        on_all(OrderAsked, partial(usecases.place_asked_orders, clock=clock)),
        on_all(TitleChanged, usecases.learn_titles, keeps_state=True),
        on_all(RecordJudged, usecases.learn_judgements, keeps_state=True),
        on_all(DeliveryRuleChanged, usecases.learn_route_rules, keeps_state=True),
        on(SupplierAnnounced, usecases.learn_supplier, keeps_state=True),
    ]


def subscription(clock: Clock, terms: Terms = DEFAULT_TERMS) -> Subscription:
    """Returns the topics the order book consumes, with their handlers."""
    handle = dispatch(handlers(clock, terms), lock=_hold)
    return Subscription(CONSUMER, (Topic.SUPPLIERS, Topic.DELIVERY, Topic.CATALOGUE, Topic.LMS), handle)


async def _hold(connection: AsyncConnection, events: Sequence[Event]) -> None:
    await hold_proposals(connection, [event for event in events if isinstance(event, SelectionReceived)])
    named = [(event, _orders_in(event)) for event in events]
    changed = {order_id for _, order_ids in named for order_id in order_ids}
    charged = {order_id for event, order_ids in named if _finds_invoices(event) for order_id in order_ids}
    await hold_orders(connection, changed)
    accounts = {account for event in events for account in _accounts_in(event)}
    await hold_accounts(connection, accounts, changed=changed, charged=charged)


def _orders_in(event: Event) -> set[UUID]:
    """Returns the ids of the orders that an event names and that its handler will change."""
    match event:
        case OrderSent() | OrderResponded() | EnquirySent():
            return {event.order_id}
        case ConsignmentExpected() | CopiesReceived():
            return {copy.order_id for copy in event.copies}
        case DiscrepancyFound():
            return set() if event.consigned_copy is None else {event.consigned_copy.order_id}
        case _:
            return set()


def _accounts_in(event: Event) -> set[Account]:
    """Returns the account whose invoices an event brings."""
    return {Account(event.council, event.supplier_id)} if isinstance(event, InvoiceReceived) and event.council else set()


def _finds_invoices(event: Event) -> bool:
    """Whether an event's handler matches invoices again that wait for news of its orders."""
    match event:
        case ConsignmentExpected() | CopiesReceived():
            return True
        case OrderResponded():
            return any(line.substitute_isbn for line in event.lines)
        case _:
            return False
