"""The events that lms publishes: orders that were put into a mailbox, and files that wait for a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue

from services.lms.domain.mailbox_messages import Direction, MailboxMessage
from shared.contracts.asked import LmsMessageHeld, LmsMessageSettled, OrderAsked
from shared.contracts.messages import SettledBy

_UNREAD = "file"
# An event has a largest size, and a file may have any number of orders. The file in lms names all of them.
_MOST_NUMBERS = 100


def order_asked(
    message: MailboxMessage, asked_id: UUID, order_number: str, document: Mapping[str, JsonValue], *, at: datetime
) -> OrderAsked:
    """Returns the event for an order of a file, which the order book is asked to place."""
    return OrderAsked(
        council=message.council,
        asked_id=asked_id,
        message_id=message.message_id,
        mailbox_id=message.mailbox_id,
        order_number=order_number,
        asked_at=at,
        document=document,
    )


def held(message: MailboxMessage, *, at: datetime) -> LmsMessageHeld:
    """Returns the event for a file that waits for a person."""
    return LmsMessageHeld(
        council=message.council,
        mailbox_id=message.mailbox_id,
        message_id=message.message_id,
        file_name=message.name,
        kind=message.kind or ("ORDERS" if message.direction is Direction.IN else _UNREAD),
        reason=message.reason,
        order_numbers=message.order_numbers[:_MOST_NUMBERS],
        held_at=at,
    )


def settled(message: MailboxMessage, outcome: SettledBy, *, reason: str, at: datetime) -> LmsMessageSettled:
    """Returns the event for a file that waited for a person, and does not any more."""
    return LmsMessageSettled(
        council=message.council,
        mailbox_id=message.mailbox_id,
        message_id=message.message_id,
        outcome=outcome,
        reason=reason,
        settled_at=at,
    )
