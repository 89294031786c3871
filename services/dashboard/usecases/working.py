"""Keeps the list of what waits for a person while events are applied: which things an event may have changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.changes import OWNERS
from services.dashboard.domain.owners import supplier_of
from services.dashboard.domain.words import change_in_words
from services.dashboard.domain.work import PROPOSED_BY, SELECTED_BY, WorkKind
from services.dashboard.store import work_writing
from services.dashboard.store.work_writing import Stated, Touched
from shared.contracts.asked import LmsMessageHeld, LmsMessageSettled
from shared.contracts.base import Event
from shared.contracts.delivery import ConsignmentExpected, CopiesReceived, CopyMisdirected, DiscrepancyFound
from shared.contracts.enquiries import EnquiryRequested
from shared.contracts.invoices import InvoiceMatched, InvoiceQueried, InvoiceRejected
from shared.contracts.messages import MessageQuarantined, MessageSettled
from shared.contracts.orders import CancellationRequested, LineProgressed, OrderedLines
from shared.contracts.reachability import SupplierReachable, SupplierUnreachable
from shared.contracts.suppliers import FeedQuieted, FeedResumed, OrderResponded, OrderSent
from shared.contracts.waiting import ApprovalChanged, DeadLetterChanged, ProposalChanged
from shared.wording import counted


@dataclass(frozen=True, slots=True)
class GatheredWork:
    """What a batch of events says about things that wait. It is written once, at the end of the batch."""

    touched: Touched = field(default_factory=Touched)
    stated: list[Stated] = field(default_factory=list)

    def note(self, event: Event) -> None:
        """Adds what an event may have changed."""
        match event:
            case OrderedLines() | LineProgressed() | CancellationRequested():
                self._note_lines(event)
            case ConsignmentExpected() | CopiesReceived() | DiscrepancyFound() | CopyMisdirected():
                self._note_goods(event)
            case MessageQuarantined() | MessageSettled():
                self.touched.messages.add(event.message_id)
            case LmsMessageHeld() | LmsMessageSettled():
                self.touched.files.add(event.message_id)
            case InvoiceQueried() | InvoiceMatched() | InvoiceRejected():
                self.touched.invoices.add(event.invoice_id)
            case FeedQuieted() | FeedResumed() | SupplierUnreachable() | SupplierReachable():
                self.touched.suppliers.add(event.supplier_id)
            case EnquiryRequested():
                self.touched.copies.update(copy_id for line in event.lines for copy_id in line.copy_ids)
            case OrderSent():
                self.touched.messages.add(event.message_id)
            case OrderResponded():
                self.touched.suppliers.add(event.supplier_id)
                self.touched.lines.update(line.line_key for line in event.lines)
            case _:
                stated = _STATED.get(type(event))
                self.stated.extend([stated(event)] if stated else [])

    def _note_lines(self, event: OrderedLines | LineProgressed | CancellationRequested) -> None:
        self.touched.orders.add(event.order_id)
        if isinstance(event, LineProgressed):
            self.touched.lines.add(event.line_key)
            self.touched.copies.update(copy.copy_id for copy in event.copies)
            return
        self.touched.lines.update(line.line_key for line in event.lines)
        if isinstance(event, OrderedLines):
            self.touched.copies.update(copy.copy_id for line in event.lines for copy in line.copies)

    def _note_goods(self, event: ConsignmentExpected | CopiesReceived | DiscrepancyFound | CopyMisdirected) -> None:
        if not isinstance(event, CopyMisdirected):
            self.touched.consignments.add(event.consignment_id)
        if isinstance(event, ConsignmentExpected) and event.instead_of is not None:
            self.touched.consignments.add(event.instead_of)
        if isinstance(event, DiscrepancyFound | CopyMisdirected):
            self.touched.discrepancies.add(event.discrepancy_id)

    async def keep(self, connection: AsyncConnection) -> None:
        """Writes it. Everything that the events say of other tables must be written."""
        await work_writing.keep_stated(connection, self.stated)
        await work_writing.refresh(connection, self.touched)


async def check_work(connection: AsyncConnection, now: datetime) -> None:
    """Makes the whole list what the facts say."""
    await work_writing.refresh_all(connection, now)


def _proposal(event: ProposalChanged) -> Stated:
    final = ", which it calls final" if event.firm else ""
    return Stated(
        WorkKind.PROPOSAL,
        str(event.proposal_id),
        event.council,
        supplier_id=event.supplier_id,
        cause=f"{SELECTED_BY}{event.supplier_id}",
        subject=event.selection_number,
        detail=f"The supplier selected {counted(event.titles, 'title')}{final}",
        began_at=event.received_at,
        ended_at=event.settled_at,
    )


def _change(event: ApprovalChanged) -> Stated:
    owner = next((owner for strand, owner in OWNERS.items() if strand.value == event.strand), None)
    return Stated(
        WorkKind.CHANGE,
        f"{event.strand}/{event.change_id}",
        event.council,
        service=owner.service if owner else event.strand,
        cause=change_in_words(event.kind),
        subject=event.kind,
        detail=f"{PROPOSED_BY}{event.proposed_by}: {event.reason}",
        began_at=event.proposed_at,
        ended_at=event.settled_at,
    )


def _dead_letter(event: DeadLetterChanged) -> Stated:
    return Stated(
        WorkKind.DEAD_LETTER,
        f"{event.service}/{event.dead_letter_id}",
        event.council,
        supplier_id=supplier_of(event.service) or "",
        service=event.service,
        subject=event.given_up_type or "not an event",
        detail=event.reason,
        place=event.consumer,
        began_at=event.dead_at,
        ended_at=event.settled_at,
    )


# Things that nothing else here knows: their events alone say since when they wait, or until when they did.
_STATED: Mapping[type[Event], Callable[[Any], Stated]] = {
    ProposalChanged: _proposal,
    ApprovalChanged: _change,
    DeadLetterChanged: _dead_letter,
}
