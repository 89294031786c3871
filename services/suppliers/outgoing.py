"""Makes contract events of facts and decisions, for the other services. Pure: the use cases publish them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from services.suppliers.contract import DespatchFact, Kind, RecordFact, ResponseFact, SelectionFact, SupplierProfile
from services.suppliers.domain.buyers import MatchedInvoice
from services.suppliers.domain.feeds import FeedStatus
from services.suppliers.domain.known_lines import Held, KnownLine
from services.suppliers.domain.matching import MatchedAdvice, MatchedAnswer
from services.suppliers.domain.messages import Message
from shared.bus import to_envelope
from shared.clock import Clock
from shared.contracts.base import Event, Place
from shared.contracts.invoices import InvoiceReceived
from shared.contracts.selections import SelectionReceived
from shared.contracts.suppliers import (
    DespatchAdvised,
    DespatchedLine,
    FeedQuieted,
    FeedResumed,
    LineAction,
    MessageQuarantined,
    MessageSettled,
    OrderResponded,
    OrderSent,
    Parcel,
    RecordSupplied,
    RespondedLine,
    SendOutcome,
    SettledBy,
    SupplierAnnounced,
)
from shared.messaging import outbox


def too_large(what: str, events: Iterable[Event], clock: Clock) -> Held | None:
    """Returns why `what` cannot be published; None where each of its events fits a Kafka record."""
    size = max((to_envelope(event, clock=clock).size() for event in events), default=0)
    if size <= outbox.MAX_RECORD_BYTES:
        return None
    return Held(
        f"{what} is too large for one event: {size} bytes, at most {outbox.MAX_RECORD_BYTES}; "
        "ask the supplier to send it in several parts"
    )


def order_sent(supplier_id: str, message: Message, outcome: SendOutcome, *, now: datetime, reason: str = "") -> list[OrderSent]:
    """Makes the events of an attempt to send an order, one per order in the message."""
    council = message.councils[0] if message.councils else None
    return [
        OrderSent(
            council=council,
            supplier_id=supplier_id,
            order_id=order_id,
            message_id=message.id,
            control_reference="" if message.reference is None else str(message.reference),
            line_keys=message.line_keys,
            outcome=outcome,
            sent_at=now,
            reason=reason,
        )
        for order_id in message.order_ids
    ]


def _all_lines(message: Message, lines: Sequence[RespondedLine], supplier_id: str, now: datetime) -> list[OrderResponded]:
    council = message.councils[0] if message.councils else None
    return [
        OrderResponded(
            council=council,
            supplier_id=supplier_id,
            order_id=order_id,
            message_id=message.id,
            responded_at=now,
            lines=tuple(lines),
        )
        for order_id in message.order_ids
    ]


def refused(supplier_id: str, message: Message, *, now: datetime, note: str) -> list[OrderResponded]:
    """Makes the events of an order that the supplier refused as a whole: no line is accepted (list 12B, 200)."""
    lines = [RespondedLine(line_key=key, status_code="200", note=note) for key in message.line_keys]
    return _all_lines(message, lines, supplier_id, now)


def not_cancelled(supplier_id: str, message: Message, *, now: datetime, note: str) -> list[OrderResponded]:
    """Makes the events of a cancellation that the supplier does not carry out: the lines are unchanged."""
    lines = [RespondedLine(line_key=key, action=LineAction.UNCHANGED, note=note) for key in message.line_keys]
    return _all_lines(message, lines, supplier_id, now)


def quarantined(supplier_id: str, message: Message, *, reason: str, now: datetime) -> MessageQuarantined:
    """Makes the event of a message that waits for a person, whole or in part."""
    council = message.councils[0] if len(message.councils) == 1 else None
    return MessageQuarantined(
        council=council, supplier_id=supplier_id, message_id=message.id, kind=message.kind, reason=reason, quarantined_at=now
    )


def settled(supplier_id: str, message: Message, outcome: SettledBy, *, reason: str, now: datetime) -> MessageSettled:
    """Makes the event of a message that no longer waits for a person."""
    council = message.councils[0] if len(message.councils) == 1 else None
    return MessageSettled(
        council=council, supplier_id=supplier_id, message_id=message.id, outcome=outcome, reason=reason, settled_at=now
    )


def responded(supplier_id: str, message: Message, fact: ResponseFact, answers: Sequence[MatchedAnswer]) -> list[OrderResponded]:
    """Makes the events of a supplier's answer, one per order."""
    by_order: dict[tuple[str, object], list[MatchedAnswer]] = defaultdict(list)
    for answer in answers:
        by_order[answer.line.council, answer.line.order_id].append(answer)
    return [
        OrderResponded(
            council=group[0].line.council,
            supplier_id=supplier_id,
            order_id=group[0].line.order_id,
            message_id=message.id,
            responded_at=fact.responded_at or message.created_at,
            supplier_reference=fact.supplier_reference,
            account_stopped=fact.account_stopped,
            lines=tuple(_responded_line(answer) for answer in group),
        )
        for group in by_order.values()
    ]


def _responded_line(matched: MatchedAnswer) -> RespondedLine:
    answer = matched.answer
    return RespondedLine(
        line_key=matched.line.line_key,
        isbn=answer.isbn or matched.line.ordered.isbn,
        action=answer.action,
        status_code=answer.status_code,
        availability_code=answer.availability_code,
        quantities=answer.quantities,
        available_on=answer.available_on,
        substitute_isbn=answer.substitute_isbn,
        copies=answer.copies,
        note=answer.note,
        prices=answer.prices,
        supplier_references=answer.supplier_references,
    )


def despatched(
    supplier_id: str, message: Message, fact: DespatchFact, *, place: Place, advice: Sequence[MatchedAdvice], received: date
) -> DespatchAdvised:
    """Makes the event of one council's goods on the way to one place, as of the day they are advised if no day is stated."""
    parcels: dict[str, list[DespatchedLine]] = defaultdict(list)
    for matched in advice:
        parcels[matched.parcel_id].append(_despatched_line(matched))
    return DespatchAdvised(
        council=advice[0].line.council,
        supplier_id=supplier_id,
        message_id=message.id,
        despatch_number=fact.despatch_number,
        despatched_on=fact.despatched_on or received,
        stated_on=fact.despatched_on,
        expected_on=fact.expected_on,
        deliver_to=place,
        parcels=tuple(Parcel(parcel_id=parcel_id, lines=tuple(lines)) for parcel_id, lines in parcels.items()),
    )


def _despatched_line(matched: MatchedAdvice) -> DespatchedLine:
    line: KnownLine = matched.line
    return DespatchedLine(
        line_key=line.line_key,
        order_id=line.order_id,
        order_number=line.order_number,
        isbn=matched.advised.isbn or line.ordered.isbn,
        quantity=matched.advised.quantity,
        copies=matched.advised.copies,
        supplier_references=matched.advised.supplier_references,
    )


def record_supplied(supplier_id: str, message: Message, fact: RecordFact) -> RecordSupplied:
    """Makes the event of bibliographic data for one title."""
    return RecordSupplied(
        supplier_id=supplier_id,
        message_id=message.id,
        isbn=fact.isbn,
        title=fact.title,
        subtitle=fact.subtitle,
        author=fact.author,
        publisher=fact.publisher,
        published=fact.published,
        form=fact.form,
        list_price=fact.list_price,
        withdrawn=fact.withdrawn,
        supplied_at=message.created_at,
    )


def invoice_received(supplier_id: str, message: Message, matched: MatchedInvoice, *, received: date) -> InvoiceReceived:
    """Makes the event of one council's invoice or credit note.

    An invoice without a date gets the day it was received, and a doubt that says so.
    """
    fact = matched.fact
    doubts = fact.doubts if fact.invoiced_on else (*fact.doubts, "no date is stated; the day of receipt is used")
    return InvoiceReceived(
        council=matched.council,
        supplier_id=supplier_id,
        message_id=message.id,
        invoice_number=fact.invoice_number,
        credit=fact.credit,
        credits_invoice=fact.credits_invoice,
        invoiced_on=fact.invoiced_on or received,
        currency=fact.currency,
        total=fact.total,
        doubts=doubts,
        lines=matched.lines,
        charges=fact.charges,
        taxes=fact.taxes,
    )


def selection_received(supplier_id: str, message: Message, fact: SelectionFact, *, council: str) -> SelectionReceived:
    """Makes the event of titles that were selected on the supplier's side for a council."""
    return SelectionReceived(
        council=council,
        supplier_id=supplier_id,
        message_id=message.id,
        selection_number=fact.selection_number,
        firm=fact.firm,
        received_at=message.created_at,
        lines=fact.lines,
    )


def feed_quieted(supplier_id: str, status: FeedStatus, *, usual_hours: float, now: datetime) -> FeedQuieted:
    """Makes the event of a feed that is silent for longer than usual."""
    return FeedQuieted(
        supplier_id=supplier_id,
        kind=status.kind,
        last_heard_at=status.last_heard_at,
        usual_hours=usual_hours,
        quieted_at=now,
    )


def feed_resumed(supplier_id: str, kind: Kind, now: datetime) -> FeedResumed:
    """Makes the event of a feed whose messages arrive again."""
    return FeedResumed(supplier_id=supplier_id, kind=kind, resumed_at=now)


def supplier_announced(profile: SupplierProfile, *, takes_cancellations: bool, now: datetime) -> SupplierAnnounced:
    """Makes the event of an exchange that started: its supplier can be named in sourcing rules."""
    return SupplierAnnounced(
        supplier_id=profile.supplier_id, name=profile.name, announced_at=now, takes_cancellations=takes_cancellations
    )
