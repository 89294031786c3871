"""Events of orders that an LMS puts into its mailbox: what it asked for, what became of it, and files that wait for a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field, JsonValue

from shared.contracts.base import Contract, Event, Topic
from shared.contracts.messages import SettledBy


class OrderAsked(Event):
    """An LMS put an order into its mailbox. The order book places it by the rules of `POST /v1/orders`, or refuses it."""

    event_type: ClassVar[str] = "lms.order.asked.v1"
    topic: ClassVar[Topic] = Topic.LMS
    owner: ClassVar[str] = "lms"
    consumers: ClassVar[tuple[str, ...]] = ("orders",)

    asked_id: UUID = Field(description="Names this order of this file; the same again when the file is read again")
    message_id: UUID = Field(description="The file, as lms keeps it")
    mailbox_id: str = Field(description="The mailbox in which it was")
    order_number: str = Field(description="The council's own order number, as the order book keeps it")
    asked_at: datetime
    document: Mapping[str, JsonValue] = Field(description="The order, as `POST /v1/orders` takes it")

    def key(self) -> str:
        return f"{self.council}/{self.order_number}"


class PlacingOutcome(StrEnum):
    """What became of an order that was asked for: `repeated` if it had been placed before with the same content."""

    PLACED = "placed"
    REPEATED = "repeated"
    REFUSED = "refused"


class PlacingFault(Contract):
    """One thing wrong in an order that was asked for."""

    pointer: str = Field(description="Where in `document` (RFC 6901)")
    code: str = Field(description="The rule, for programs")
    detail: str = Field(description="What is wrong and how to mend it, for people")


class PlacingAnswered(Event):
    """The order book placed an order that an LMS had put into its mailbox, or refused it with all its faults."""

    event_type: ClassVar[str] = "orders.placing.answered.v1"
    topic: ClassVar[Topic] = Topic.ORDERS
    owner: ClassVar[str] = "orders"
    consumers: ClassVar[tuple[str, ...]] = ("lms",)

    asked_id: UUID
    message_id: UUID
    mailbox_id: str
    order_number: str
    outcome: PlacingOutcome
    order_id: UUID | None = Field(default=None, description="The order; null if it was refused")
    code: str = Field(default="", description='Why it was refused, for programs; "" if it was not')
    detail: str = Field(default="", description='The same for people; "" if it was not refused')
    faults: tuple[PlacingFault, ...] = ()
    answered_at: datetime

    def key(self) -> str:
        # That of the order's own events, so that it comes after the order is known.
        return str(self.order_id or self.asked_id)


class LmsMessage(Event):
    """What events about one file of a mailbox have alike."""

    mailbox_id: str
    message_id: UUID

    def key(self) -> str:
        return str(self.message_id)


class LmsMessageHeld(LmsMessage):
    """A file of a mailbox, or an order in it, was refused or could not be delivered, and waits for a person."""

    event_type: ClassVar[str] = "lms.message.held.v1"
    topic: ClassVar[Topic] = Topic.LMS
    owner: ClassVar[str] = "lms"
    consumers: ClassVar[tuple[str, ...]] = ("dashboard",)

    file_name: str
    kind: str = Field(description="What the file is, in the field's words, e.g. ORDERS")
    reason: str
    order_numbers: tuple[str, ...] = Field(default=(), description="Orders that it is about; of more than 100, the first ones")
    held_at: datetime


class LmsMessageSettled(LmsMessage):
    """A file that waited for a person does not wait any more: it was read again and taken, or discarded with a reason."""

    event_type: ClassVar[str] = "lms.message.settled.v1"
    topic: ClassVar[Topic] = Topic.LMS
    owner: ClassVar[str] = "lms"
    consumers: ClassVar[tuple[str, ...]] = ("dashboard",)

    outcome: SettledBy
    reason: str = ""
    settled_at: datetime
