"""Keeps the list of what waits for a person while events are applied: which things an event may have changed."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.store import work_writing
from services.dashboard.store.work_writing import Stated, Touched
from shared.contracts.asked import LmsMessageHeld, LmsMessageSettled
from shared.contracts.base import Event
from shared.contracts.delivery import ConsignmentExpected, CopiesReceived, CopyMisdirected, DiscrepancyFound
from shared.contracts.invoices import InvoiceMatched, InvoiceQueried, InvoiceRejected
from shared.contracts.messages import MessageQuarantined, MessageSettled
from shared.contracts.orders import CancellationRequested, LineProgressed, OrderedLines
from shared.contracts.reachability import SupplierReachable, SupplierUnreachable
from shared.contracts.suppliers import (
    FeedQuieted,
    FeedResumed,
    OrderResponded,
    OrderSent,
)


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
            case OrderSent():
                self.touched.orders.add(event.order_id)
            case OrderResponded():
                self.touched.suppliers.add(event.supplier_id)
                self.touched.lines.update(line.line_key for line in event.lines)
            case _:
                pass

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
