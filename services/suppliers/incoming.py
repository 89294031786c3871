"""Passes events of other services that concern this supplier to their use cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import CancellationToSend, EnquiryToSend, OfferAnswerToSend, OrderToSend, RouteChangeToSend
from services.suppliers.domain.known_lines import KnownLine
from services.suppliers.exchange import Exchange
from services.suppliers.store import copies, lines
from services.suppliers.usecases import queueing
from shared.bus import On, cause_of, dispatch, on, on_all
from shared.contracts.base import Topic
from shared.contracts.catalogue import RecordRequested
from shared.contracts.decisions import DecidedOffer, LinesDecided
from shared.contracts.enquiries import EnquiredLine, EnquiryRequested
from shared.contracts.orders import (
    CancellationRequested,
    CancelledLine,
    LineProgressed,
    LinesAdded,
    OrderedLine,
    OrderedLines,
    OrderPlaced,
    ReroutedLine,
    RouteChanged,
)
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison
from shared.messaging.subscription import Subscription

# What changes copies of a line that the supplier has, or asks about them.
_Changed = CancelledLine | ReroutedLine | DecidedOffer | EnquiredLine


def subscription(exchange: Exchange) -> Subscription:
    """Returns the subscription of one supplier's exchange. Each supplier has its own consumer group, so it sees every order."""
    topics = (Topic.ORDERS.value, Topic.CATALOGUE.value)
    return Subscription(f"suppliers-{exchange.profile.supplier_id}", topics, dispatch(handlers(exchange)))


def handlers(exchange: Exchange) -> Sequence[On]:
    """Returns the handlers of this exchange by event. They ignore events and lines for other suppliers."""
    supplier_id = exchange.profile.supplier_id

    async def lines_ordered(connection: AsyncConnection, arrived: Sequence[tuple[OrderedLines, Envelope]]) -> None:
        orders = [(_to_send(event, supplier_id), cause_of(envelope)) for event, envelope in arrived]
        await queueing.take_orders(connection, exchange, [(order, cause) for order, cause in orders if order is not None])

    async def cancellation_requested(connection: AsyncConnection, event: CancellationRequested, _: Envelope) -> None:
        ours = [line for line in event.lines if line.supplier_id == supplier_id]
        known = await lines.lines_of_order(connection, event.order_id) if ours else {}
        for cancellation in _cancellations(event, ours, known):
            await queueing.take_cancellation(connection, exchange, cancellation)

    async def route_changed(connection: AsyncConnection, event: RouteChanged, _: Envelope) -> None:
        ours = [line for line in event.lines if line.supplier_id == supplier_id]
        moved = [line for line in event.moved if line.supplier_id == supplier_id]
        branches = [(line.line_key, line.branch) for line in moved]
        unpacked = [line for line in event.unpacked if line.supplier_id == supplier_id]
        await lines.note_places(connection, [*((line.line_key, line.deliver_to) for line in (*ours, *unpacked)), *branches])
        known = await lines.lines_of_order(connection, event.order_id) if ours else {}
        for change in _route_changes(event, ours, known):
            await queueing.take_route_change(connection, exchange, change)

    async def records_requested(connection: AsyncConnection, arrived: Sequence[tuple[RecordRequested, Envelope]]) -> None:
        ours = sorted((event.requested_at, event.isbn) for event, _ in arrived if event.supplier_id == supplier_id)
        if ours:
            await queueing.want_records(connection, exchange, {isbn: requested_at for requested_at, isbn in ours})

    async def lines_progressed(connection: AsyncConnection, arrived: Sequence[tuple[LineProgressed, Envelope]]) -> None:
        await copies.note_progress(connection, [event for event, _ in arrived if event.supplier_id == supplier_id])

    return (
        on_all(OrderPlaced, lines_ordered),
        on_all(LinesAdded, lines_ordered),
        on(CancellationRequested, cancellation_requested),
        on(RouteChanged, route_changed),
        on(EnquiryRequested, partial(_enquiry_requested, exchange=exchange)),
        on(LinesDecided, partial(_lines_decided, exchange=exchange), keeps_state=True),
        on_all(RecordRequested, records_requested),
        on_all(LineProgressed, lines_progressed, keeps_state=True),
    )


async def _enquiry_requested(connection: AsyncConnection, event: EnquiryRequested, _: Envelope, *, exchange: Exchange) -> None:
    """Asks the supplier about copies."""
    if event.supplier_id != exchange.profile.supplier_id:
        return
    known = await lines.lines_of_order(connection, event.order_id)
    for enquiry in _enquiries(event, known):
        await queueing.take_enquiry(connection, exchange, enquiry)


async def _lines_decided(connection: AsyncConnection, event: LinesDecided, envelope: Envelope, *, exchange: Exchange) -> None:
    """Expects the substitutes that were accepted, and tells the supplier the answers to its offers."""
    ours = [offer for offer in event.offers if offer.supplier_id == exchange.profile.supplier_id]
    accepted = {offer.line_key: offer.isbn for offer in ours if offer.isbn is not None and offer.brings_another_book}
    await lines.note_substitutes(connection, accepted)
    if envelope.republished or not ours:
        return
    known = await lines.lines_of_order(connection, event.order_id)
    for answer in _offer_answers(event, ours, known):
        await queueing.take_offer_answer(connection, exchange, answer)


def _to_send(event: OrderedLines, supplier_id: str) -> OrderToSend | None:
    """Returns the lines of an order that this supplier gets; None where it gets none."""
    ours = tuple(line for line in event.lines if line.supplier_id == supplier_id)
    if not ours:
        return None
    return OrderToSend(_council(event.council), str(event.order_id), event.order_number, event.placed_at, ours, rush=event.rush)


def _council(council: str | None) -> str:
    if council is None:
        raise Poison("the order names no council, so it cannot be sent to a supplier")
    return council


def _cancellations(
    event: CancellationRequested, ours: Sequence[CancelledLine], known: Mapping[str, KnownLine]
) -> Iterator[CancellationToSend]:
    """Yields what to tell this supplier: one cancellation for each part of the order that its copies were sent in."""
    for part, together in _by_part(known, ours, event.council):
        yield CancellationToSend(_council(event.council), str(event.order_id), event.order_number, event.reason, together, part)


def _route_changes(
    event: RouteChanged, ours: Sequence[ReroutedLine], known: Mapping[str, KnownLine]
) -> Iterator[RouteChangeToSend]:
    """Yields what to tell this supplier: one change for each place and each part of the order that its copies were sent in."""
    for _, there in groupby(sorted(ours, key=_place_key), key=_place_key):
        moved = list(there)
        for part, together in _by_part(known, moved, event.council):
            yield RouteChangeToSend(
                _council(event.council), str(event.order_id), event.order_number, moved[0].deliver_to, together, part
            )


def _offer_answers(
    event: LinesDecided, ours: Sequence[DecidedOffer], known: Mapping[str, KnownLine]
) -> Iterator[OfferAnswerToSend]:
    """Yields what to tell this supplier: the answer to each offer, for each part of the order that its copies were sent in.

    What a cancellation tells it is left out.
    """
    for offer in ours:
        if offer.asked_to_cancel:
            continue
        for part, together in _by_part(known, [offer], event.council):
            yield OfferAnswerToSend(
                council=_council(event.council),
                order_id=str(event.order_id),
                order_number=event.order_number,
                answer=offer.answer,
                then=offer.then,
                reason=event.decision,
                isbn=offer.isbn,
                price=offer.price,
                lines=together,
                part=part,
            )


def _enquiries(event: EnquiryRequested, known: Mapping[str, KnownLine]) -> Iterator[EnquiryToSend]:
    """Yields what to ask this supplier: one enquiry for each part of the order that its copies were sent in."""
    for part, together in _by_part(known, event.lines, event.council):
        yield EnquiryToSend(
            council=_council(event.council),
            order_id=str(event.order_id),
            order_number=event.order_number,
            enquiry_id=event.enquiry_id,
            kind=event.kind,
            attempt=event.attempt,
            reason=event.reason,
            about=event.lines,
            lines=together,
            part=part,
        )


def _by_part(
    known: Mapping[str, KnownLine], changed: Sequence[_Changed], council: str | None
) -> list[tuple[int, tuple[tuple[OrderedLine, tuple[int, ...]], ...]]]:
    """Returns the lines with the numbers of the copies to change, by the part of the order that they were sent in.

    Raises Poison where a line was never ordered.
    """
    parts: defaultdict[int, list[tuple[OrderedLine, tuple[int, ...]]]] = defaultdict(list)
    for line in changed:
        ordered = known.get(line.line_key)
        if ordered is None or ordered.council != council:
            raise Poison(f"line {line.line_key} was never ordered from this supplier by {council}")
        parts[ordered.part].append(_chosen(ordered, line))
    return [(part, tuple(together)) for part, together in sorted(parts.items())]


def _place_key(line: ReroutedLine) -> tuple[str, str]:
    return line.deliver_to.kind, line.deliver_to.code


def _chosen(line: KnownLine, changed: _Changed) -> tuple[OrderedLine, tuple[int, ...]]:
    """Returns the ordered line and the numbers of the copies to change."""
    wanted: set[UUID] = set(changed.copy_ids)
    return line.ordered, tuple(copy.copy_number for copy in line.ordered.copies if copy.copy_id in wanted)
