"""Maps each event the dashboard consumes to its use case. The list is complete."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.copies import GatheredCopies
from services.dashboard.store.changed import notify_changed
from services.dashboard.store.writing import keep_zone
from services.dashboard.usecases import keeping, projecting, projecting_claims, projecting_invoices, reaching
from services.dashboard.usecases.working import GatheredWork
from shared.bus import E, Handler, On, dispatch, on
from shared.clock import LONDON
from shared.contracts.asked import LmsMessageHeld, LmsMessageSettled
from shared.contracts.base import Event, Topic
from shared.contracts.catalogue import DuplicationCounted, RecordJudged, TitleChanged
from shared.contracts.delivery import ConsignmentExpected, CopiesReceived, CopyMisdirected, DiscrepancyFound
from shared.contracts.enquiries import EnquiryRequested
from shared.contracts.invoices import InvoiceMatched, InvoiceQueried, InvoiceRejected
from shared.contracts.messages import MessageQuarantined, MessageSettled
from shared.contracts.orders import CancellationRequested, LineProgressed, LinesAdded, OrderPlaced, RouteChanged
from shared.contracts.reachability import SupplierReachable, SupplierUnreachable
from shared.contracts.suppliers import (
    DespatchAdvised,
    FeedQuieted,
    FeedResumed,
    OrderResponded,
    OrderSent,
    SupplierAnnounced,
)
from shared.contracts.waiting import ApprovalChanged, DeadLetterChanged, ProposalChanged
from shared.messaging.envelope import Envelope
from shared.messaging.subscription import Subscription

CONSUMER = "dashboard"


def handlers(copies: GatheredCopies, work: GatheredWork) -> list[On]:
    """Returns the handler of each event. `copies` and `work` gather what the events that are handled say of them."""

    def _kept(event: type[E], handle: Handler[E]) -> On:
        """Pairs an event with its handler, which also takes events that were published again: all of this is state."""

        async def noted(connection: AsyncConnection, arrived: E, envelope: Envelope) -> None:
            await handle(connection, arrived, envelope)
            work.note(arrived)

        return on(event, noted, keeps_state=True)

    return [
        _kept(OrderPlaced, partial(projecting.order_placed, copies=copies)),
        _kept(LinesAdded, partial(projecting.lines_ordered, copies=copies)),
        _kept(CancellationRequested, projecting.cancellation_requested),
        _kept(LineProgressed, partial(projecting.line_progressed, copies=copies)),
        _kept(RouteChanged, partial(projecting.route_changed, copies=copies)),
        _kept(EnquiryRequested, projecting_claims.enquiry_requested),
        _kept(OrderSent, projecting.order_sent),
        _kept(OrderResponded, projecting.order_responded),
        _kept(DespatchAdvised, projecting.despatch_advised),
        _kept(MessageQuarantined, projecting.message_quarantined),
        _kept(MessageSettled, projecting.message_settled),
        _kept(LmsMessageHeld, projecting.file_held),
        _kept(LmsMessageSettled, projecting.file_settled),
        _kept(FeedQuieted, projecting.feed_quieted),
        _kept(FeedResumed, projecting.feed_resumed),
        _kept(SupplierAnnounced, reaching.supplier_announced),
        _kept(SupplierUnreachable, reaching.supplier_unreachable),
        _kept(SupplierReachable, reaching.supplier_reachable),
        _kept(InvoiceQueried, projecting_invoices.invoice_queried),
        _kept(InvoiceMatched, projecting_invoices.invoice_matched),
        _kept(InvoiceRejected, projecting_invoices.invoice_rejected),
        _kept(TitleChanged, projecting.title_changed),
        _kept(RecordJudged, projecting.record_judged),
        _kept(DuplicationCounted, projecting.duplication_counted),
        _kept(ConsignmentExpected, projecting.consignment_expected),
        _kept(CopiesReceived, projecting.copies_received),
        _kept(DiscrepancyFound, projecting.discrepancy_found),
        _kept(CopyMisdirected, projecting.copy_misdirected),
        # What only the work list knows is gathered for it, and kept nowhere else.
        _kept(ProposalChanged, _only_work),
        _kept(ApprovalChanged, _only_work),
        _kept(DeadLetterChanged, _only_work),
    ]


async def _only_work(_: AsyncConnection, __: Event, ___: Envelope) -> None:
    """Keeps nothing else."""


def subscription(zone: ZoneInfo = LONDON) -> Subscription:
    """Returns the topics the dashboard consumes, with their handlers, which count by days of the zone.

    Events carry their own times, so it needs no clock.
    """
    topics = (Topic.ORDERS, Topic.SUPPLIERS, Topic.DELIVERY, Topic.CATALOGUE, Topic.LMS, Topic.MESSAGING)
    return Subscription(CONSUMER, topics, partial(_apply, zone.key))


async def _apply(zone: str, connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
    copies, work = GatheredCopies(), GatheredWork()
    await keep_zone(connection, zone)
    await dispatch(handlers(copies, work))(connection, envelopes)
    await keeping.keep_copies(connection, copies)
    await work.keep(connection)
    await notify_changed(connection)
