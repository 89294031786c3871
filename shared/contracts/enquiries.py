"""Enquiries: what a council asks a supplier about copies that are late, short or damaged, and whether it was sent."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Event, Topic
from shared.contracts.suppliers import SendOutcome


class EnquiryKind(StrEnum):
    """What is asked: how things stand, or what becomes of copies that were advised and did not come, or came damaged."""

    STATUS = "status"
    SHORT = "short"
    DAMAGED = "damaged"

    @property
    def is_claim(self) -> bool:
        """Whether the supplier is asked to send copies again, or to credit them."""
        return self is not EnquiryKind.STATUS


class EnquiredLine(Contract):
    """Copies of one line that the supplier is asked about."""

    line_key: str
    copy_ids: tuple[UUID, ...] = Field(min_length=1)
    wrong: str = Field(description="What is wrong with them, in words for the supplier")
    despatch_number: str = Field(default="", description='The despatch that they were advised in; "" where no claim is made')


class EnquiryRequested(Event):
    """A council asks a supplier that takes enquiries about copies of an order. Asked again, it has the same id."""

    event_type: ClassVar[str] = "orders.enquiry.requested.v1"
    topic: ClassVar[Topic] = Topic.ORDERS
    owner: ClassVar[str] = "orders"
    consumers: ClassVar[tuple[str, ...]] = ("suppliers", "lms", "dashboard")

    enquiry_id: UUID
    order_id: UUID
    order_number: str
    supplier_id: str
    kind: EnquiryKind
    attempt: int = Field(ge=1, description="How often the supplier was asked, this time included")
    at_most: int = Field(ge=1, description="How often it is asked before a person is asked to see to it")
    requested_at: datetime
    reason: str = Field(description="Why it is asked, in words for the supplier")
    lines: tuple[EnquiredLine, ...] = Field(min_length=1)

    def key(self) -> str:
        return str(self.order_id)


class EnquirySent(Event):
    """An enquiry was sent to the supplier, or could not be sent, or it is not known whether the supplier has it."""

    event_type: ClassVar[str] = "suppliers.enquiry.sent.v1"
    topic: ClassVar[Topic] = Topic.SUPPLIERS
    owner: ClassVar[str] = "suppliers"
    consumers: ClassVar[tuple[str, ...]] = ("orders",)

    enquiry_id: UUID
    order_id: UUID
    supplier_id: str
    attempt: int = Field(ge=1)
    message_id: UUID
    control_reference: str = Field(description="Control reference of the message, which the supplier also has")
    outcome: SendOutcome
    sent_at: datetime
    reason: str = ""

    def key(self) -> str:
        return str(self.order_id)
