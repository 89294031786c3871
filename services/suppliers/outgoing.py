"""Makes contract events of what the exchange does and decides. Pure: the use cases publish them.

The events of what a supplier's message states are made in `domain/part_events.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.suppliers.contract import Capability, Kind, SupplierProfile
from services.suppliers.domain.feeds import FeedStatus
from services.suppliers.domain.messages import Message, State, WorkDone
from services.suppliers.domain.reachability import Reachability
from services.suppliers.domain.reconciliation import Reconciliation
from shared.contracts.base import RouteKind
from shared.contracts.enquiries import EnquirySent
from shared.contracts.messages import MessageHandled, MessageQuarantined, MessageSettled, SettledBy
from shared.contracts.reachability import SupplierReachable, SupplierUnreachable
from shared.contracts.suppliers import (
    CopyReference,
    FeedQuieted,
    FeedResumed,
    LineAction,
    OrderResponded,
    OrderSent,
    ReconciliationCompared,
    RespondedLine,
    SendOutcome,
    SentCopies,
    SupplierAnnounced,
)

# With these, copies are ordered: as the council wanted them, or as the supplier offered them.
_ORDERING = frozenset({Kind.ORDER, Kind.OFFER_ANSWER})
# Keeps an event far below a Kafka record's size, however long the message.
_MOST_LINES = 10_000


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
            divided=tuple(SentCopies(line_key=key, copy_numbers=numbers) for key, numbers in message.copies.items()),
        )
        for order_id in message.order_ids
    ]


def enquiry_sent(
    supplier_id: str, message: Message, outcome: SendOutcome, *, now: datetime, reason: str = ""
) -> list[EnquirySent]:
    """Makes the event of an attempt to send an enquiry; none for a message that is none."""
    if message.enquiry_id is None or message.enquiry_attempt is None:
        return []
    return [
        EnquirySent(
            council=message.only_council,
            enquiry_id=message.enquiry_id,
            order_id=order_id,
            supplier_id=supplier_id,
            attempt=message.enquiry_attempt,
            message_id=message.id,
            control_reference="" if message.reference is None else str(message.reference),
            outcome=outcome,
            sent_at=now,
            reason=reason,
        )
        for order_id in message.order_ids
    ]


def outcome_of(
    supplier_id: str, message: Message, outcome: SendOutcome, *, now: datetime, reason: str = ""
) -> Sequence[OrderSent | EnquirySent]:
    """Makes the events of an attempt to send a message that orders copies, or asks about them; none for any other."""
    if message.kind in _ORDERING:
        return order_sent(supplier_id, message, outcome, now=now, reason=reason)
    return enquiry_sent(supplier_id, message, outcome, now=now, reason=reason)


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
    lines = [
        RespondedLine(line_key=key, status_code="200", note=note, copies=_carried(message, key)) for key in message.line_keys
    ]
    return _all_lines(message, lines, supplier_id, now)


def not_cancelled(supplier_id: str, message: Message, *, now: datetime, note: str) -> list[OrderResponded]:
    """Makes the events of a cancellation that the supplier does not carry out: the lines are unchanged."""
    lines = [
        RespondedLine(line_key=key, action=LineAction.UNCHANGED, note=note, copies=_carried(message, key))
        for key in message.line_keys
    ]
    return _all_lines(message, lines, supplier_id, now)


def _carried(message: Message, line_key: str) -> tuple[CopyReference, ...]:
    """Names the copies that a message carries of a line that it does not carry whole; none for a whole line."""
    return tuple(CopyReference(copy_number=number) for number in message.copies.get(line_key, ()))


def quarantined(supplier_id: str, message: Message, *, reason: str, now: datetime) -> MessageQuarantined:
    """Makes the event of a message that waits for a person, whole or in part."""
    return MessageQuarantined(
        council=message.only_council,
        supplier_id=supplier_id,
        message_id=message.id,
        kind=message.kind,
        reason=reason,
        quarantined_at=now,
        in_doubt=message.state is State.UNKNOWN,
    )


def settled(supplier_id: str, message: Message, outcome: SettledBy, *, reason: str, now: datetime) -> MessageSettled:
    """Makes the event of a message that no longer waits for a person."""
    return MessageSettled(
        council=message.only_council,
        supplier_id=supplier_id,
        message_id=message.id,
        outcome=outcome,
        reason=reason,
        settled_at=now,
    )


def handled(supplier_id: str, message: Message, done: WorkDone) -> MessageHandled:
    """Makes the event of what staff did about a message, with the lines that it concerns."""
    return MessageHandled(
        council=message.only_council,
        supplier_id=supplier_id,
        message_id=message.id,
        mapped=done.mapped,
        replayed=done.replayed,
        decided=done.decided,
        line_keys=message.line_keys[:_MOST_LINES],
        version=done.version,
        handled_at=done.last_at,
    )


def compared(supplier_id: str, found: Reconciliation) -> ReconciliationCompared:
    """Makes the event of a council's list of open lines that was compared with ours."""
    return ReconciliationCompared(
        council=found.council,
        supplier_id=supplier_id,
        reconciliation_id=found.id,
        reported_at=found.reported_at,
        compared_at=found.created_at,
        agreed=found.agreed,
        disagreeing=found.disagreeing,
        ours_only=found.ours_only,
        theirs_only=found.theirs_only,
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


def reachability_changed(
    supplier_id: str, known: Reachability, *, waiting: int, now: datetime
) -> SupplierUnreachable | SupplierReachable:
    """Makes the event of a supplier that is not reached or not called any more, or is again."""
    if known.since is None:
        return SupplierReachable(supplier_id=supplier_id, reached_at=now)
    return SupplierUnreachable(
        supplier_id=supplier_id,
        since=known.since,
        noticed_at=now,
        reason=known.reason,
        waiting=waiting,
        next_try_at=known.next_try_at,
        opened_by=known.opened.by if known.opened else "",
    )


_RECORDS = {Capability.SUPPLIES_RECORDS, Capability.SENDS_RECORDS}
_ROUTES = {Capability.DELIVERS_DIRECT: RouteKind.DIRECT, Capability.DELIVERS_TO_HUB: RouteKind.HUB}


def supplier_announced(
    profile: SupplierProfile,
    *,
    takes_cancellations: bool,
    takes_route_changes: bool,
    takes_offer_answers: bool,
    takes_enquiries: bool,
    now: datetime,
) -> SupplierAnnounced:
    """Makes the event of an exchange that started: its supplier can be named in sourcing rules."""
    return SupplierAnnounced(
        supplier_id=profile.supplier_id,
        name=profile.name,
        announced_at=now,
        takes_cancellations=takes_cancellations,
        takes_route_changes=takes_route_changes,
        takes_offer_answers=takes_offer_answers,
        takes_enquiries=takes_enquiries,
        routes=tuple(route for capability, route in _ROUTES.items() if capability in profile.capabilities) or None,
        supplies_records=not _RECORDS.isdisjoint(profile.capabilities),
        takes_rush=Capability.TAKES_RUSH in profile.capabilities,
        usual_delivery_days=profile.usual_delivery_days,
    )
