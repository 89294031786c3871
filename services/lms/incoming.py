"""Maps each event that lms consumes to the news that it is. The list is complete."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.domain.news import News
from services.lms.domain.reading import goods, orders, others
from services.lms.domain.reading.stated import Stated
from services.lms.store.knowing import lock_known
from services.lms.usecases.telling import Gathered, tell
from shared.bus import E, On, dispatch, on_all
from shared.clock import Clock
from shared.contracts.base import Event, Topic
from shared.contracts.catalogue import CatalogueSwitchChanged, RecordJudged, TitleChanged
from shared.contracts.decisions import LinesDecided
from shared.contracts.delivery import (
    ConsignmentExpected,
    CopiesReceived,
    CopyMisdirected,
    DeliverySwitchChanged,
    DiscrepancyFound,
)
from shared.contracts.enquiries import EnquiryRequested
from shared.contracts.invoices import InvoiceMatched, InvoiceQueried, InvoiceRejected
from shared.contracts.orders import (
    CancellationRequested,
    LineProgressed,
    LinesAdded,
    OrderedLines,
    OrderingSwitchChanged,
    OrderPlaced,
    RouteChanged,
)
from shared.contracts.selections import SelectionReceived
from shared.contracts.suppliers import OrderResponded
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison
from shared.messaging.subscription import Subscription

CONSUMER = "lms"
TOPICS = (Topic.ORDERS, Topic.SUPPLIERS, Topic.DELIVERY, Topic.CATALOGUE)


def handlers(gathered: Gathered) -> list[On]:
    """Returns the handler of each event; all of them gather what a batch of events says."""

    def told(event: type[E], read: Callable[[E, Stated], Iterable[News]]) -> On:
        async def gather(_: AsyncConnection, arrived: Sequence[tuple[E, Envelope]]) -> None:
            for each, envelope in arrived:
                stated = _stated(each, envelope)
                if isinstance(each, OrderedLines):
                    gathered.ordered(stated.council, each)
                gathered.news += read(each, stated)

        # Events that are published again only fill gaps: nothing is told twice.
        return on_all(event, gather, keeps_state=True)

    async def titles_changed(_: AsyncConnection, arrived: Sequence[tuple[TitleChanged, Envelope]]) -> None:
        for event, _envelope in arrived:
            gathered.changed(others.title_of(event))

    return [
        told(OrderPlaced, orders.order_placed),
        told(LinesAdded, orders.lines_added),
        told(LineProgressed, orders.line_progressed),
        told(RouteChanged, orders.route_changed),
        told(CancellationRequested, orders.cancellation_requested),
        told(LinesDecided, orders.lines_decided),
        told(EnquiryRequested, orders.enquiry_requested),
        told(OrderResponded, goods.order_responded),
        told(ConsignmentExpected, goods.consignment_expected),
        told(CopiesReceived, goods.copies_received),
        told(DiscrepancyFound, goods.discrepancy_found),
        told(CopyMisdirected, goods.copy_misdirected),
        told(RecordJudged, others.record_judged),
        told(InvoiceMatched, others.invoice_matched),
        told(InvoiceQueried, others.invoice_queried),
        told(InvoiceRejected, others.invoice_rejected),
        told(SelectionReceived, others.selection_received),
        told(OrderingSwitchChanged, others.switch_changed),
        told(CatalogueSwitchChanged, others.switch_changed),
        told(DeliverySwitchChanged, others.switch_changed),
        on_all(TitleChanged, titles_changed, keeps_state=True),
    ]


def _stated(event: Event, envelope: Envelope) -> Stated:
    """Returns what readers need. Raises Poison for an event that names no council: nobody could be told of it."""
    if event.council is None:
        raise Poison(f"{event.event_type} names no council")
    return Stated(event.council, envelope.time, envelope.aggregate_version, envelope.republished)


def subscription(clock: Clock, *, days: int) -> Subscription:
    """Returns the topics that lms consumes, with their handlers. `days`: how long changes are kept."""

    async def apply(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
        gathered = Gathered()
        await dispatch(handlers(gathered), lock=_lock)(connection, envelopes)
        await tell(connection, gathered, clock, days=days)

    return Subscription(CONSUMER, TOPICS, apply)


async def _lock(connection: AsyncConnection, events: Sequence[Event]) -> None:
    await lock_known(
        connection,
        {event.council for event in events if event.council},
        orders=any(isinstance(event, OrderedLines) for event in events),
        titles=any(isinstance(event, TitleChanged) for event in events),
    )
