"""Maps each event that mailboxes are told of to its use case. The list is complete.

Apart from the feed's subscription: the feed can be emptied and filled again, and files of a mailbox are written once.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.dialects.facts import RecordsChanged
from services.lms.speaking import Correspondent, Correspondents
from services.lms.store.asked import lock_post
from services.lms.usecases.answering import News, keep_barcodes, keep_ordered, tell, tell_waiting, whole_invoice
from services.lms.usecases.concluding import placing_answered
from services.lms.usecases.writing_out import write_out
from shared.bus import On, dispatch, on
from shared.clock import Clock
from shared.contracts.asked import PlacingAnswered
from shared.contracts.base import Event, Topic
from shared.contracts.catalogue import RecordsFiled
from shared.contracts.delivery import ConsignmentExpected
from shared.contracts.invoices import InvoiceMatched
from shared.contracts.orders import LineProgressed, LinesAdded, OrderedLines, OrderPlaced
from shared.contracts.selections import SelectionReceived
from shared.contracts.suppliers import OrderResponded
from shared.messaging.envelope import Envelope
from shared.messaging.subscription import Subscription

CONSUMER = "lms-mailbox"
TOPICS = (Topic.ORDERS, Topic.SUPPLIERS, Topic.DELIVERY, Topic.COUNCIL_RECORDS)


def handlers(correspondents: Correspondents, clock: Clock) -> list[On]:
    """Returns the handler of each event. Of events that were published again, only those that state what is so are taken."""

    async def ordered(connection: AsyncConnection, event: OrderedLines, _: Envelope) -> None:
        boxes = await _boxes(connection, correspondents, event)
        if boxes:
            await keep_ordered(connection, event.council or "", event)
            await tell_waiting(connection, boxes, [event.order_id], clock)

    async def progressed(connection: AsyncConnection, event: LineProgressed, _: Envelope) -> None:
        if await _boxes(connection, correspondents, event):
            await keep_barcodes(connection, event)

    async def answered(connection: AsyncConnection, event: PlacingAnswered, _: Envelope) -> None:
        clear = await placing_answered(connection, correspondents, event, clock)
        await tell_waiting(connection, await _boxes(connection, correspondents, event), clear, clock)

    async def told(connection: AsyncConnection, event: Event, envelope: Envelope) -> None:
        boxes = await _boxes(connection, correspondents, event)
        if boxes:
            await tell(connection, boxes, News(envelope.id, event.council or "", clock.now(), [event]), clock)

    async def filed(connection: AsyncConnection, event: RecordsFiled, _: Envelope) -> None:
        for box in await _boxes(connection, correspondents, event):
            await write_out(connection, box, RecordsChanged(event.content), clock)

    async def invoiced(connection: AsyncConnection, event: InvoiceMatched, envelope: Envelope) -> None:
        boxes = await _boxes(connection, correspondents, event)
        parts = await whole_invoice(connection, event, clock.now()) if boxes else None
        if parts is not None:
            await tell(connection, boxes, News(envelope.id, event.council or "", clock.now(), parts), clock)

    return [
        on(OrderPlaced, ordered, keeps_state=True),
        on(LinesAdded, ordered, keeps_state=True),
        on(LineProgressed, progressed, keeps_state=True),
        on(PlacingAnswered, answered, keeps_state=True),
        on(OrderResponded, told),
        on(ConsignmentExpected, told),
        on(SelectionReceived, told),
        on(InvoiceMatched, invoiced),
        on(RecordsFiled, filed),
    ]


async def _boxes(connection: AsyncConnection, correspondents: Correspondents, event: Event) -> Sequence[Correspondent]:
    return await correspondents.of_council(connection, event.council) if event.council else ()


def subscription(correspondents: Correspondents, clock: Clock) -> Subscription:
    """Returns the topics that mailboxes are told of, with their handlers."""

    async def lock(connection: AsyncConnection, events: Sequence[Event]) -> None:
        await lock_post(connection, {event.council for event in events if event.council})

    return Subscription(CONSUMER, TOPICS, dispatch(handlers(correspondents, clock), lock=lock))
