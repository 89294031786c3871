"""Tells LMSs by their mailboxes what happened: answers, goods, invoices, selections. Each event once, when its orders are known.

Topics are read side by side, so an answer may arrive before its order, or before the order book said that the order came by a
mailbox. It waits then, and is told when what it waits for has arrived.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.dialects.facts import (
    GoodsExpected,
    InvoiceAccepted,
    KnownLine,
    LineNames,
    LinesAnswered,
    OrderNames,
    TitlesSelected,
)
from services.lms.domain.asked_orders import AskedOrder
from services.lms.speaking import Correspondent
from services.lms.store import asked, news
from services.lms.store.asked import OrderedHere
from services.lms.store.news import Waiting
from services.lms.usecases.writing_out import write_out
from shared.clock import Clock
from shared.contracts.base import Event
from shared.contracts.delivery import ConsignmentExpected, Leg
from shared.contracts.invoices import InvoiceMatched
from shared.contracts.orders import CancellationRequested, LineProgressed, OrderedLines
from shared.contracts.selections import SelectionReceived
from shared.contracts.suppliers import OrderResponded

_TYPES: Mapping[str, type[OrderResponded] | type[ConsignmentExpected] | type[InvoiceMatched]] = {
    each.event_type: each for each in (OrderResponded, ConsignmentExpected, InvoiceMatched)
}


@dataclass(frozen=True, slots=True)
class News:
    """What is to be told: an event, or all parts of an invoice in their order. `event_id` is that of the part that came last."""

    event_id: UUID
    council: str
    arrived_at: datetime
    parts: Sequence[Event]


async def keep_ordered(connection: AsyncConnection, council: str, event: OrderedLines) -> None:
    """Keeps the lines of an order: answers, goods and invoices name them by their keys."""
    rows = [
        {
            "line_key": line.line_key,
            "order_id": event.order_id,
            "council": council,
            "order_number": event.order_number,
            "ordered": line.model_dump(mode="json"),
        }
        for line in sorted(event.lines, key=lambda line: line.line_key)
    ]
    await asked.keep_lines(connection, rows)


async def keep_barcodes(connection: AsyncConnection, event: LineProgressed) -> None:
    """Keeps the barcodes that copies have got: an invoice does not name them."""
    barcodes = {copy.copy_id: copy.barcode for copy in event.copies if copy.barcode}
    await asked.keep_barcodes(connection, event.order_id, barcodes)


async def keep_elsewhere(connection: AsyncConnection, event: CancellationRequested) -> None:
    """Keeps which copies are to be cancelled only because another supplier supplies them: they are not cancelled for the LMS."""
    known = await asked.lines_of_orders(connection, [event.order_id])
    after = {
        line.line_key: known[line.line_key].elsewhere | set(line.copy_ids)
        if event.still_wanted
        else known[line.line_key].elsewhere - set(line.copy_ids)
        for line in event.lines
        if line.line_key in known
    }
    await asked.keep_elsewhere(connection, after)


async def tell_waiting(
    connection: AsyncConnection, boxes: Sequence[Correspondent], order_ids: Collection[UUID], clock: Clock
) -> None:
    """Tells what waited for these orders, in the order in which it arrived; what waits for another one waits on."""
    for waiting in await news.take_waiting(connection, order_ids):
        event = _TYPES[waiting.type]
        parts = [event.model_validate(part) for part in waiting.data]
        await tell(connection, boxes, News(waiting.event_id, waiting.council, waiting.arrived_at, parts), clock)


async def tell(connection: AsyncConnection, boxes: Sequence[Correspondent], told: News, clock: Clock) -> None:
    """Tells the LMSs of a council one thing, or lets it wait for an order of its."""
    first = told.parts[0]
    if isinstance(first, SelectionReceived):
        for box in boxes:
            await write_out(connection, box, TitlesSelected(first), clock)
        return
    named = _lines_named(told.parts)
    book = await _book(connection, set(named.values()))
    missing = await _missing(connection, told.council, named, book)
    if missing is not None:
        data = [part.model_dump(mode="json") for part in told.parts]
        waits = Waiting(told.event_id, missing, told.council, first.event_type, data, told.arrived_at)
        await news.let_wait(connection, waits)
    elif isinstance(first, OrderResponded):
        await _tell_answer(connection, boxes, first, book, clock)
    elif isinstance(first, ConsignmentExpected):
        await _tell_goods(connection, boxes, first, book, clock)
    else:
        parts = [part for part in told.parts if isinstance(part, InvoiceMatched)]
        await _tell_invoice(connection, boxes, parts, book, clock)


async def whole_invoice(connection: AsyncConnection, part: InvoiceMatched, at: datetime) -> Sequence[InvoiceMatched] | None:
    """Returns all parts of an invoice in their order; None while some are missing, which are kept until then."""
    if part.parts == 1:
        return [part]
    await news.keep_part(connection, part.invoice_id, part.part, part.model_dump(mode="json"), at)
    found = await news.take_parts(connection, part.invoice_id, part.parts)
    return None if found is None else [InvoiceMatched.model_validate(each) for each in found]


def _lines_named(parts: Sequence[Event]) -> dict[str, UUID]:
    """Returns the lines that an event is about, each with its order."""
    named: dict[str, UUID] = {}
    for part in parts:
        if isinstance(part, OrderResponded):
            named |= {line.line_key: part.order_id for line in part.lines}
        elif isinstance(part, ConsignmentExpected):
            named |= {copy.line_key: copy.order_id for copy in part.copies}
        elif isinstance(part, InvoiceMatched):
            named |= {line.line_key: line.order_id for line in part.lines}
    return named


@dataclass(frozen=True, slots=True)
class _Book:
    """What is known of some orders: their lines, the orders of files that they are, and the barcodes of their copies."""

    lines: Mapping[str, OrderedHere]
    bound: Sequence[AskedOrder]
    barcodes: Mapping[UUID, str]

    def of(self, mailbox_id: str) -> dict[UUID, AskedOrder]:
        """Returns the orders that came by a mailbox."""
        found: dict[UUID, AskedOrder] = {}
        for order in self.bound:
            if order.mailbox_id == mailbox_id and order.order_id is not None:
                found.setdefault(order.order_id, order)
        return found

    def known(self, own: Mapping[UUID, AskedOrder]) -> dict[str, KnownLine]:
        """Returns all lines, those of the mailbox's own orders with the LMS's names for them."""
        return {key: self._known(line, own.get(line.order_id)) for key, line in self.lines.items()}

    def _known(self, line: OrderedHere, order: AskedOrder | None) -> KnownLine:
        if order is None:
            return KnownLine(line.order_id, line.ordered, None, None, self.barcodes, line.order_number, line.elsewhere)
        names = OrderNames.model_validate(order.names)
        own = self._names(line, names)
        return KnownLine(line.order_id, line.ordered, names, own, self.barcodes, line.order_number, line.elsewhere)

    def _names(self, line: OrderedHere, names: OrderNames) -> LineNames | None:
        """A line that takes the place of another one is the LMS's line all the same."""
        first = line.ordered
        while first.replaces is not None and first.replaces in self.lines:
            first = self.lines[first.replaces].ordered
        return next((each for each in names.lines if each.line_number == first.line_number), None)


async def _book(connection: AsyncConnection, order_ids: Collection[UUID]) -> _Book:
    lines = await asked.lines_of_orders(connection, order_ids)
    bound = await asked.bound_to(connection, order_ids)
    return _Book(lines, bound, await asked.barcodes_of_orders(connection, order_ids))


async def _missing(connection: AsyncConnection, council: str, named: Mapping[str, UUID], book: _Book) -> UUID | None:
    """Returns an order that has to be known first: with that line of it, and whether it came by a mailbox."""
    for line_key, order_id in named.items():
        if line_key not in book.lines:
            return order_id
    bound = {order.order_id for order in book.bound}
    numbers = {line.order_number: line.order_id for line in book.lines.values() if line.order_id not in bound}
    unanswered = await asked.unanswered_numbers(connection, council, numbers) if numbers else set()
    return next((numbers[number] for number in sorted(unanswered)), None)


async def _tell_answer(
    connection: AsyncConnection, boxes: Sequence[Correspondent], answer: OrderResponded, book: _Book, clock: Clock
) -> None:
    for box in boxes:
        own = book.of(box.mailbox_id)
        if order := own.get(answer.order_id):
            told = LinesAnswered(OrderNames.model_validate(order.names), answer, book.known(own))
            await write_out(connection, box, told, clock, answers=order.message_id, order_numbers=[order.order_number])


async def _tell_goods(
    connection: AsyncConnection, boxes: Sequence[Correspondent], expected: ConsignmentExpected, book: _Book, clock: Clock
) -> None:
    """Tells each mailbox of the copies of its own orders. A copy that goes on from a hub is told of on one leg only."""
    despatch = f"{expected.supplier_id}/{expected.despatch_number}"
    for box in boxes:
        own = book.of(box.mailbox_id)
        if (expected.leg is Leg.TO_HUB) is not box.dialect.wants_hub_leg and expected.leg is not Leg.DIRECT:
            continue
        wanted = {copy.copy_id for copy in expected.copies if copy.order_id in own}
        new = await asked.advise_copies(connection, box.mailbox_id, despatch, wanted)
        if not new:
            continue
        copies = tuple(copy for copy in expected.copies if copy.copy_id in new)
        told = GoodsExpected(expected.model_copy(update={"copies": copies}), book.known(own))
        numbers = {own[copy.order_id].order_number for copy in copies}
        await write_out(connection, box, told, clock, order_numbers=numbers)


async def _tell_invoice(
    connection: AsyncConnection, boxes: Sequence[Correspondent], parts: Sequence[InvoiceMatched], book: _Book, clock: Clock
) -> None:
    """Tells the mailboxes by which its orders came; all of the council where they came by none."""
    concerned = [box for box in boxes if book.of(box.mailbox_id)] or boxes
    numbers = {line.order_number for line in book.lines.values()}
    for box in concerned:
        told = InvoiceAccepted(tuple(parts), book.known(book.of(box.mailbox_id)))
        await write_out(connection, box, told, clock, order_numbers=numbers)
