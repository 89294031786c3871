"""Maps each event that mailboxes are told of to its use case. The list is complete.

Apart from the feed's subscription: the feed can be emptied and filled again, and files of a mailbox are written once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.dialects.facts import RecordsChanged
from services.lms.speaking import Correspondent, Correspondents
from services.lms.store.asked import lock_post
from services.lms.usecases.answering import News, keep_barcodes, keep_elsewhere, keep_ordered, tell, tell_waiting, whole_invoice
from services.lms.usecases.concluding import placing_answered
from services.lms.usecases.writing_out import write_out
from shared.bus import On, dispatch, on
from shared.clock import Clock
from shared.contracts.asked import PlacingAnswered
from shared.contracts.base import Event, Topic
from shared.contracts.catalogue import RecordsFiled
from shared.contracts.delivery import ConsignmentExpected
from shared.contracts.invoices import InvoiceMatched
from shared.contracts.orders import CancellationRequested, LineProgressed, LinesAdded, OrderedLines, OrderPlaced
from shared.contracts.selections import SelectionReceived
from shared.contracts.suppliers import OrderResponded
from shared.messaging.envelope import Envelope
from shared.messaging.subscription import ConsumerLimits, Subscription

CONSUMER = "lms-mailbox"
TOPICS = (Topic.ORDERS, Topic.SUPPLIERS, Topic.DELIVERY, Topic.COUNCIL_RECORDS)
# An event may write a file into each mailbox of its council, and until its batch commits no file of the council is read.
_LIMITS = ConsumerLimits(batch=25)


@dataclass(frozen=True, slots=True)
class _Mailboxes:
    """The handlers of all events: each tells the mailboxes of the event's council."""

    correspondents: Correspondents
    clock: Clock

    async def ordered(self, connection: AsyncConnection, event: OrderedLines, _: Envelope) -> None:
        boxes = await self._of(connection, event)
        if boxes:
            await keep_ordered(connection, event.council or "", event)
            await tell_waiting(connection, boxes, [event.order_id], self.clock)

    async def progressed(self, connection: AsyncConnection, event: LineProgressed, _: Envelope) -> None:
        if await self._of(connection, event):
            await keep_barcodes(connection, event)

    async def cancelled(self, connection: AsyncConnection, event: CancellationRequested, _: Envelope) -> None:
        if await self._of(connection, event):
            await keep_elsewhere(connection, event)

    async def answered(self, connection: AsyncConnection, event: PlacingAnswered, _: Envelope) -> None:
        clear = await placing_answered(connection, self.correspondents, event, self.clock)
        await tell_waiting(connection, await self._of(connection, event), clear, self.clock)

    async def told(self, connection: AsyncConnection, event: Event, envelope: Envelope) -> None:
        boxes = await self._of(connection, event)
        if boxes:
            await tell(connection, boxes, News(envelope.id, event.council or "", self.clock.now(), [event]), self.clock)

    async def filed(self, connection: AsyncConnection, event: RecordsFiled, _: Envelope) -> None:
        for box in await self._of(connection, event):
            await write_out(connection, box, RecordsChanged(event.content), self.clock)

    async def invoiced(self, connection: AsyncConnection, event: InvoiceMatched, envelope: Envelope) -> None:
        boxes = await self._of(connection, event)
        parts = await whole_invoice(connection, event, self.clock.now()) if boxes else None
        if parts is not None:
            await tell(connection, boxes, News(envelope.id, event.council or "", self.clock.now(), parts), self.clock)

    async def _of(self, connection: AsyncConnection, event: Event) -> Sequence[Correspondent]:
        return await self.correspondents.of_council(connection, event.council) if event.council else ()


def handlers(correspondents: Correspondents, clock: Clock) -> list[On]:
    """Returns the handler of each event. Of events that were published again, only those that state what is so are taken."""
    mailboxes = _Mailboxes(correspondents, clock)
    return [
        on(OrderPlaced, mailboxes.ordered, keeps_state=True),
        on(LinesAdded, mailboxes.ordered, keeps_state=True),
        on(LineProgressed, mailboxes.progressed, keeps_state=True),
        on(CancellationRequested, mailboxes.cancelled),
        on(PlacingAnswered, mailboxes.answered, keeps_state=True),
        on(OrderResponded, mailboxes.told),
        on(ConsignmentExpected, mailboxes.told),
        on(SelectionReceived, mailboxes.told),
        on(InvoiceMatched, mailboxes.invoiced),
        on(RecordsFiled, mailboxes.filed),
    ]


def subscription(correspondents: Correspondents, clock: Clock) -> Subscription:
    """Returns the topics that mailboxes are told of, with their handlers."""

    async def lock(connection: AsyncConnection, events: Sequence[Event]) -> None:
        await lock_post(connection, {event.council for event in events if event.council})

    return Subscription(CONSUMER, TOPICS, dispatch(handlers(correspondents, clock), lock=lock), _LIMITS)
