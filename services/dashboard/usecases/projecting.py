"""Applies events to the read model, one function per event. Events may arrive early, late or twice.

Copies are gathered over a batch of events, and `keeping.keep_copies` writes them at its end.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.copies import CopyNews, GatheredCopies, OrderNews, milestones
from services.dashboard.store import writing
from services.dashboard.store.tables import ALL_COUNCILS
from shared.contracts.asked import LmsMessageHeld, LmsMessageSettled
from shared.contracts.base import Event
from shared.contracts.catalogue import DuplicationCounted, RecordJudged, TitleChanged
from shared.contracts.delivery import (
    WRONG_PLACE,
    ConsignmentExpected,
    CopiesReceived,
    CopyMisdirected,
    DiscrepancyFound,
    DiscrepancyKind,
)
from shared.contracts.messages import MessageQuarantined, MessageSettled
from shared.contracts.orders import CancellationRequested, CopyState, LineProgressed, OrderedLines, OrderPlaced, RouteChanged
from shared.contracts.suppliers import DespatchAdvised, FeedQuieted, FeedResumed, OrderResponded, OrderSent
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison


def council_of(event: Event) -> str:
    """Returns the council that an event names. Raises Poison where it must name one and does not."""
    if event.council is None:
        raise Poison(f"{event.event_type} names no council")
    return event.council


async def order_placed(connection: AsyncConnection, event: OrderPlaced, envelope: Envelope, *, copies: GatheredCopies) -> None:
    """A council placed an order."""
    for supplier_id in {line.supplier_id for line in event.lines}:
        copies.place(OrderNews(event.order_id, supplier_id, council_of(event), event.placed_at))
    await lines_ordered(connection, event, envelope, copies=copies)


async def lines_ordered(_: AsyncConnection, event: OrderedLines, envelope: Envelope, *, copies: GatheredCopies) -> None:
    """A council ordered copies, or some of them again from another supplier."""
    for line in event.lines:
        for copy in line.copies:
            news = CopyNews(
                copy_id=copy.copy_id,
                council=council_of(event),
                supplier_id=line.supplier_id,
                order_id=event.order_id,
                order_number=event.order_number,
                line_key=line.line_key,
                isbn=line.isbn,
                title=line.title,
                branch=copy.branch.code,
                state=CopyState.ORDERED.value,
                reason="",
                expected_on=None,
                changed_at=event.ordered_at,
                version=envelope.aggregate_version,
                ordered_at=event.ordered_at,
            )
            copies.add(news)


async def line_progressed(
    connection: AsyncConnection, event: LineProgressed, envelope: Envelope, *, copies: GatheredCopies
) -> None:
    """Copies of a line changed state, or what a person must decide about the line changed."""
    for copy in event.copies:
        news = CopyNews(
            copy_id=copy.copy_id,
            council=council_of(event),
            supplier_id=event.supplier_id,
            order_id=event.order_id,
            order_number=event.order_number,
            line_key=event.line_key,
            isbn=event.isbn,
            title="",
            branch=copy.branch,
            state=copy.to_state.value,
            reason=copy.reason,
            expected_on=copy.expected_on,
            changed_at=event.progressed_at,
            version=envelope.aggregate_version,
            barcode=copy.barcode,
            **milestones(copy, event.progressed_at),
        )
        copies.add(news)
    if event.attention is not None:
        row = {
            "line_key": event.line_key,
            "council": council_of(event),
            "supplier_id": event.supplier_id,
            "order_id": event.order_id,
            "order_number": event.order_number,
            "isbn": event.isbn,
            "attention": event.attention,
            "asked_at": event.progressed_at,
            "version": envelope.aggregate_version,
        }
        await writing.keep_decision(connection, row)


async def route_changed(_: AsyncConnection, event: RouteChanged, __: Envelope, *, copies: GatheredCopies) -> None:
    """Copies of a closed branch are for the one that took over."""
    for line in event.moved:
        for copy_id in line.copy_ids:
            copies.move(copy_id, line.branch.code)


async def cancellation_requested(connection: AsyncConnection, event: CancellationRequested, _: Envelope) -> None:
    """A council asked to cancel copies, and its supplier has to answer."""
    rows = [
        {
            "line_key": line.line_key,
            "council": council_of(event),
            "supplier_id": line.supplier_id,
            "order_number": event.order_number,
            "requested_at": event.requested_at,
        }
        for line in event.lines
    ]
    await writing.keep_cancellations(connection, rows)


async def order_sent(connection: AsyncConnection, event: OrderSent, _: Envelope) -> None:
    """Lines were sent to their supplier, or sending failed, or its outcome is unknown."""
    council = council_of(event)
    await writing.note_last_message(connection, council, event.supplier_id, sent_at=event.sent_at)
    row = {
        "message_id": event.message_id,
        "council": council,
        "supplier_id": event.supplier_id,
        "order_id": event.order_id,
        "control_reference": event.control_reference,
        "outcome": event.outcome.value,
        "reason": event.reason,
        "sent_at": event.sent_at,
    }
    await writing.keep_sending(connection, row)


async def order_responded(connection: AsyncConnection, event: OrderResponded, _: Envelope) -> None:
    """A supplier answered; its answer also says whether the account is stopped."""
    council = council_of(event)
    await writing.note_last_message(connection, council, event.supplier_id, heard_at=event.responded_at)
    await writing.note_account(connection, council, event.supplier_id, stopped=event.account_stopped, at=event.responded_at)
    answered = {
        line.line_key: {
            "line_key": line.line_key,
            "council": council,
            "supplier_id": event.supplier_id,
            "order_number": "",
            "answered_at": event.responded_at,
        }
        for line in event.lines
    }
    await writing.keep_cancellations(connection, list(answered.values()))


async def despatch_advised(connection: AsyncConnection, event: DespatchAdvised, envelope: Envelope) -> None:
    """A supplier advised a despatch. Counts as its last message; the contents arrive as delivery's events."""
    if event.council is not None:
        await writing.note_last_message(connection, event.council, event.supplier_id, heard_at=envelope.time)


async def message_quarantined(connection: AsyncConnection, event: MessageQuarantined, _: Envelope) -> None:
    """A supplier's message was quarantined."""
    row = {
        "message_id": event.message_id,
        "supplier_id": event.supplier_id,
        "council": event.council,
        "kind": event.kind,
        "reason": event.reason,
        "quarantined_at": event.quarantined_at,
        "in_doubt": event.in_doubt,
    }
    await writing.keep_quarantined(connection, row)


async def message_settled(connection: AsyncConnection, event: MessageSettled, _: Envelope) -> None:
    """A quarantined message was settled."""
    await writing.settle_message(
        connection, event.message_id, supplier_id=event.supplier_id, council=event.council, at=event.settled_at
    )


async def file_held(connection: AsyncConnection, event: LmsMessageHeld, _: Envelope) -> None:
    """A file of an LMS's mailbox waits for a person."""
    row = {
        "message_id": event.message_id,
        "mailbox_id": event.mailbox_id,
        "council": council_of(event),
        "file_name": event.file_name,
        "kind": event.kind,
        "reason": event.reason,
        "order_numbers": list(event.order_numbers),
        "held_at": event.held_at,
    }
    await writing.keep_held(connection, row)


async def file_settled(connection: AsyncConnection, event: LmsMessageSettled, _: Envelope) -> None:
    """A file of an LMS's mailbox does not wait any more."""
    await writing.settle_file(
        connection, event.message_id, mailbox_id=event.mailbox_id, council=council_of(event), at=event.settled_at
    )


async def feed_quieted(connection: AsyncConnection, event: FeedQuieted, _: Envelope) -> None:
    """A supplier's feed is quiet for longer than usual."""
    row = {
        "supplier_id": event.supplier_id,
        "kind": event.kind,
        "council": event.council,
        "last_heard_at": event.last_heard_at,
        "usual_hours": event.usual_hours,
        "quieted_at": event.quieted_at,
    }
    await writing.quiet_feed(connection, row)


async def feed_resumed(connection: AsyncConnection, event: FeedResumed, _: Envelope) -> None:
    """A quiet feed resumed."""
    await writing.resume_feed(connection, event.supplier_id, event.kind, event.resumed_at)


async def title_changed(connection: AsyncConnection, event: TitleChanged, _: Envelope) -> None:
    """A title is new or has changed."""
    await writing.keep_title(connection, event.isbn, event.title, event.version)


async def record_judged(connection: AsyncConnection, event: RecordJudged, _: Envelope) -> None:
    """A council's minimum says something else of the record of a book that it ordered."""
    row = {
        "council": council_of(event),
        "isbn": event.isbn,
        "supplier_id": event.supplier_id,
        "passes": event.passes,
        "judged_at": event.judged_at,
        "version": event.version,
    }
    await writing.keep_judgement(connection, row)


async def duplication_counted(connection: AsyncConnection, event: DuplicationCounted, _: Envelope) -> None:
    """More records of a day were received, or more requests saved."""
    counts = event.model_dump(include={"day", "supplier_id", "received", "repeated", "already_held", "requests_saved", "version"})
    await writing.keep_duplication(connection, {**counts, "council": event.council or ALL_COUNCILS})


async def consignment_expected(connection: AsyncConnection, event: ConsignmentExpected, _: Envelope) -> None:
    """Goods are on the way to a place."""
    await writing.keep_consignment(connection, {**_consignment(event), "expected_on": event.expected_on, "received_at": None})
    parcels = _parcels(event)
    await writing.keep_consigned(connection, event.consignment_id, parcels, received=False, due=event.expected_on)
    if event.instead_of is not None:
        # Nobody waits for them any more at the branch that closed.
        await writing.drop_consigned(connection, event.instead_of, parcels)


async def copies_received(connection: AsyncConnection, event: CopiesReceived, _: Envelope) -> None:
    """A branch or hub scanned copies."""
    await writing.keep_consignment(connection, {**_consignment(event), "expected_on": None, "received_at": event.received_at})
    await writing.keep_consigned(connection, event.consignment_id, _parcels(event), received=True)


def _parcels(event: ConsignmentExpected | CopiesReceived) -> dict[UUID, str]:
    return {copy.copy_id: copy.parcel_id for copy in event.copies}


def _consignment(event: ConsignmentExpected | CopiesReceived) -> dict[str, object]:
    return {
        "consignment_id": event.consignment_id,
        "council": council_of(event),
        "supplier_id": event.supplier_id,
        "despatch_number": event.despatch_number,
        "place": event.place.code,
        "place_name": event.place.name,
        "leg": event.leg.value,
    }


async def discrepancy_found(connection: AsyncConnection, event: DiscrepancyFound, _: Envelope) -> None:
    """Goods differ from the despatch advice."""
    copy = event.consigned_copy
    await writing.keep_discrepancy(connection, _discrepancy(event, event.kind.value, event.isbn, event.quantity))
    if copy is not None and event.kind is DiscrepancyKind.SHORT:
        # Nobody waits at the place for a copy that it reported short.
        await writing.keep_consigned(connection, event.consignment_id, {copy.copy_id: copy.parcel_id}, received=True)


async def copy_misdirected(connection: AsyncConnection, event: CopyMisdirected, _: Envelope) -> None:
    """Goods were advised for another place than the delivery rules said."""
    row = _discrepancy(event, WRONG_PLACE, event.consigned_copy.isbn, 1)
    # The copy has its goods: nothing that happens to it closes this, so that it leaves the page with age.
    await writing.keep_discrepancy(connection, {**row, "copy_id": None})


def _discrepancy(event: DiscrepancyFound | CopyMisdirected, kind: str, isbn: str, quantity: int) -> dict[str, object]:
    copy = event.consigned_copy
    return {
        "discrepancy_id": event.discrepancy_id,
        "council": council_of(event),
        "supplier_id": event.supplier_id,
        "despatch_number": event.despatch_number,
        "kind": kind,
        "isbn": isbn,
        "quantity": quantity,
        "copy_id": None if copy is None else copy.copy_id,
        "branch": "" if copy is None else copy.branch,
        "note": event.note,
        "found_at": event.found_at,
    }
