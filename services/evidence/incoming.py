"""Maps each event that evidence consumes to its use case. The list is complete."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.facts import GatheredCopies
from services.evidence.usecases import noting, noting_hands, noting_switches, noting_ties, noting_titles
from shared.bus import BulkHandler, E, Handler, On, dispatch, on, on_all
from shared.contracts.base import Topic
from shared.contracts.catalogue import (
    CatalogueRuleChanged,
    CatalogueSwitchChanged,
    DuplicationCounted,
    RecordCounted,
    RecordJudged,
    RecordRequested,
    TitleChanged,
)
from shared.contracts.decisions import LinesDecided
from shared.contracts.delivery import (
    ConsignmentExpected,
    CopiesReceived,
    CopyMisdirected,
    DeliveryRuleChanged,
    DeliverySwitchChanged,
    DiscrepancyFound,
)
from shared.contracts.invoices import InvoiceMatched, InvoiceQueried, InvoiceRejected
from shared.contracts.messages import MessageHandled, MessageQuarantined, MessageSettled
from shared.contracts.orders import (
    CancellationRequested,
    LineProgressed,
    LinesAdded,
    OrderingSwitchChanged,
    OrderPlaced,
    RouteChanged,
    SourcingRuleChanged,
)
from shared.contracts.suppliers import OrderSent, ReconciliationCompared
from shared.messaging.envelope import Envelope
from shared.messaging.subscription import Subscription

CONSUMER = "evidence"


def _kept(event: type[E], handle: Handler[E]) -> On:
    """Pairs an event with its handler, which also takes events that were published again: all of this is state."""
    return on(event, handle, keeps_state=True)


def _all_kept(event: type[E], handle: BulkHandler[E]) -> On:
    """Pairs an event that arrives with every order with a handler of many at once."""
    return on_all(event, handle, keeps_state=True)


def handlers(copies: GatheredCopies) -> list[On]:
    """Returns the handler of each event. `copies` gathers the copies of the events that are handled."""
    return [
        _kept(OrderPlaced, partial(noting.lines_ordered, copies=copies)),
        _kept(LinesAdded, partial(noting.lines_ordered, copies=copies)),
        _kept(LineProgressed, partial(noting.line_progressed, copies=copies)),
        _kept(RouteChanged, partial(noting.route_changed, copies=copies)),
        _kept(CancellationRequested, noting.cancellation_requested),
        _kept(ConsignmentExpected, partial(noting.consignment_expected, copies=copies)),
        _kept(CopiesReceived, partial(noting.copies_received, copies=copies)),
        _kept(DiscrepancyFound, noting.discrepancy_found),
        _kept(CopyMisdirected, noting.copy_misdirected),
        _all_kept(InvoiceMatched, noting.invoices_matched),
        _kept(InvoiceQueried, noting.invoice_queried),
        _kept(InvoiceRejected, noting.invoice_rejected),
        _all_kept(RecordJudged, noting.records_judged),
        _kept(MessageQuarantined, noting.message_quarantined),
        _kept(MessageSettled, noting.message_settled),
        _kept(MessageHandled, noting_hands.message_handled),
        _kept(LinesDecided, noting_hands.lines_decided),
        _kept(SourcingRuleChanged, noting_ties.rule_changed),
        _kept(CatalogueRuleChanged, noting_ties.rule_changed),
        _kept(DeliveryRuleChanged, noting_ties.rule_changed),
        _kept(OrderingSwitchChanged, noting_switches.switch_changed),
        _kept(DeliverySwitchChanged, noting_switches.switch_changed),
        _kept(CatalogueSwitchChanged, noting_switches.switch_changed),
        _all_kept(RecordRequested, noting_ties.records_requested),
        _all_kept(OrderSent, noting_ties.orders_sent),
        _kept(ReconciliationCompared, noting_ties.reconciliation_compared),
        on_all(TitleChanged, noting_titles.titles_changed, keeps_state=True),
        on_all(RecordCounted, noting_titles.records_counted, keeps_state=True),
        on_all(DuplicationCounted, noting_titles.duplication_counted, keeps_state=True),
    ]


def subscription() -> Subscription:
    """Returns the topics that evidence consumes, with their handlers. Events carry their own times, so it needs no clock."""
    topics = (Topic.ORDERS, Topic.SUPPLIERS, Topic.DELIVERY, Topic.CATALOGUE)
    return Subscription(CONSUMER, topics, _apply)


async def _apply(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
    copies = GatheredCopies()
    await dispatch(handlers(copies))(connection, envelopes)
    await noting.keep_copies(connection, copies)
