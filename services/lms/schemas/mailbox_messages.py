"""HTTP shapes of the files in and out of mailboxes, and of decisions about them. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from services.lms.domain.asked_orders import AskedOrder, AskedState
from services.lms.domain.mailbox_messages import Change, Direction, MailboxMessage, State
from services.lms.schemas.changes import LinkView
from services.lms.schemas.mailboxes import MailboxId
from shared.contracts.words import Actor, CouncilCode, OrderNumber
from shared.errors import Fault
from shared.http.instants import DayOrMoment
from shared.http.paging import PageQuery
from shared.http.trees import FindingView
from shared.texts import Text

MessageId = Annotated[UUID, Field(description="Our id of the file, under which `GET /v1/mailbox-messages/{message_id}` shows it")]
StateReason = Annotated[
    str,
    Field(
        description='Why the file is in its state; "" where nothing needs saying',
        examples=["order SFK-2026-0042: Branch 'LOWE' is not registered; PUT /v1/branches registers it."],
    ),
]
Pointer = Annotated[str, Field(description="Where in the order (RFC 6901)", examples=["/lines/0/copies/1/branch"])]


class MailboxMessageQuery(PageQuery):
    """Filters of a list of files."""

    mailbox_id: Text | None = Field(
        default=None, max_length=40, description="Only files of this mailbox", examples=["suffolk-koha"]
    )
    direction: Direction | None = Field(default=None, description="Only what the LMS put in (`in`), or what is for it (`out`)")
    state: State | None = Field(default=None, description="Only files in this state")
    kind: Text | None = Field(default=None, max_length=20, description="Only files of this kind", examples=["ORDRSP"])
    order_number: Text | None = Field(
        default=None, max_length=200, description="Only files about the order of this number", examples=["SFK-2026-0042"]
    )
    name: Text | None = Field(
        default=None, max_length=200, description="Only files with this in their name, in upper or lower case", examples=["ordr"]
    )
    created_from: DayOrMoment | None = Field(default=None, description="Kept on this day, or at this moment, or later")
    created_before: DayOrMoment | None = Field(default=None, description="Kept before this day begins, or before this moment")


class Decision(BaseModel):
    """The reason for a decision about a file."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Text = Field(
        min_length=3,
        max_length=500,
        description="Why, in words that a colleague will understand next year",
        examples=["The branch is registered now"],
    )


class MailboxMessageView(BaseModel):
    """One file in or out of a mailbox. Its bytes are kept as they were exchanged."""

    model_config = ConfigDict(from_attributes=True)

    message_id: MessageId
    mailbox_id: MailboxId
    council: CouncilCode
    direction: Direction = Field(description="`in`: the LMS put it in; `out`: it is for the LMS")
    kind: str = Field(
        description="What it is, by the type of its messages; `unknown` where that could not be read, or is not yet",
        examples=["ORDERS"],
    )
    folder: str = Field(description="Folder of the mailbox", examples=["orders"])
    name: str = Field(description="Name of the file; for one out, as the LMS last named it", examples=["ordr20261130.CEP"])
    state: State = Field(
        description="In: `received`, `asked` (the order book is to answer), then `taken`, `partly_taken`, `refused`, `duplicate` "
        "or `test`; `cut_off` half a file. Out: `ready`, then `taken` (fetched) or `sent`, `failed`, `removed`. "
        "`partly_taken`, `refused`, `cut_off` and `failed` wait for a person, who may make it `discarded`",
    )
    reason: StateReason
    reference: int | None = Field(
        description="Number of a file out, without gaps in its mailbox; null for one in", examples=[412]
    )
    control_reference: str = Field(
        description='Number of the interchange, as its sender gave it; "" where none was read', examples=["412"]
    )
    size: int = Field(description="How many bytes it has", examples=[812])
    digest: str = Field(
        description="SHA-256 of the bytes, hexadecimal",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )
    order_numbers: Sequence[OrderNumber] = Field(description="Numbers of the orders that it is about")
    answers_message_id: UUID | None = Field(
        validation_alias=AliasChoices("answers", "answers_message_id"),
        description="Id of the file in that it answers; null where it answers none",
    )
    created_at: datetime = Field(description="When its bytes were kept")
    moved_at: datetime = Field(description="Since when it is in its state")
    attempts: int = Field(description="How often it was tried to deliver it; 0 for all others", examples=[0])
    next_attempt_at: datetime | None = Field(description="When it is tried again; null where nothing is planned")
    version: int = Field(description="Raised by each change of it", examples=[3])


class OrderFaultView(BaseModel):
    """One thing wrong in an order of a file."""

    pointer: Pointer
    code: str = Field(description="The rule, for programs", examples=["unknown-branch"])
    detail: str = Field(
        description="What is wrong and how to correct it, for people",
        examples=["Branch 'LOWE' is not registered; PUT /v1/branches registers it."],
    )
    segment: int | None = Field(
        description="Number of the segment in its message, from 1, where that part was read; null where none is known",
        examples=[14],
    )


class MailboxOrderView(BaseModel):
    """One order of a file, and what became of it."""

    order_number: OrderNumber
    state: AskedState = Field(
        description="`asked`: the order book has not answered yet; `repeated`: it had been placed before, with the same content"
    )
    order_id: UUID | None = Field(description="The order in the order book; null where it was not placed")
    code: str = Field(description='Why it was refused, for programs; "" where it was not', examples=["order-refused"])
    detail: str = Field(
        description='The same for people; "" where it was not refused', examples=["The order has 1 fault; nothing was ordered."]
    )
    faults: Sequence[OrderFaultView] = Field(description="Everything wrong in it")
    links: Sequence[LinkView] = Field(description="Where the order is read")


class MailboxMessageChangeView(BaseModel):
    """One change of a file's state."""

    model_config = ConfigDict(from_attributes=True)

    from_state: State = Field(description="State before it")
    to_state: State = Field(description="State after it")
    changed_at: datetime = Field(description="When it changed")
    actor: Actor
    reason: StateReason


class MailboxMessageDetail(MailboxMessageView):
    """A file with everything that is known about it."""

    findings: Sequence[FindingView] = Field(description="What is wrong or unusual in it")
    orders: Sequence[MailboxOrderView] = Field(description="Its orders, in their order; none for a file out")
    answered_by: Sequence[MailboxMessageView] = Field(description="Files out that answer it, in their order")
    history: Sequence[MailboxMessageChangeView] = Field(description="Every change of its state, oldest first")


@dataclass(frozen=True, slots=True)
class Whole:
    """A file with its orders, answers and history."""

    message: MailboxMessage
    orders: Sequence[AskedOrder]
    answers: Sequence[MailboxMessage]
    history: Sequence[Change]


def message_view(message: MailboxMessage) -> MailboxMessageView:
    """Renders a file for a list."""
    return MailboxMessageView.model_validate(message)


def message_detail(whole: Whole) -> MailboxMessageDetail:
    """Renders a file with everything that is known about it."""
    return MailboxMessageDetail(
        **message_view(whole.message).model_dump(),
        findings=[FindingView.model_validate(finding) for finding in whole.message.findings],
        orders=[_order_view(order) for order in whole.orders],
        answered_by=[message_view(answer) for answer in whole.answers],
        history=[MailboxMessageChangeView.model_validate(change) for change in whole.history],
    )


def _order_view(order: AskedOrder) -> MailboxOrderView:
    links = [] if order.order_id is None else [LinkView(what="order", service="orders", path=f"/v1/orders/{order.order_id}")]
    return MailboxOrderView(
        order_number=order.order_number,
        state=order.state,
        order_id=order.order_id,
        code=order.code,
        detail=order.detail,
        faults=[_fault_view(fault, order.segments) for fault in order.faults],
        links=links,
    )


def _fault_view(fault: Fault, segments: Mapping[str, int]) -> OrderFaultView:
    """The segment is that of the part at fault, else of the nearest part around it."""
    pointer = fault.pointer
    while pointer and pointer not in segments:
        pointer = pointer.rpartition("/")[0]
    return OrderFaultView(**asdict(fault), segment=segments.get(pointer))
