"""HTTP shapes of messages, and of decisions about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AliasChoices, BaseModel, Field

from services.suppliers.contract import Kind
from services.suppliers.domain.feed_progress import Progress
from services.suppliers.domain.messages import Change, Decision, Direction, Message, State
from services.suppliers.schemas.findings import Advise, AdvisedFinding
from services.suppliers.schemas.progress import ProgressView, progress_view
from services.suppliers.schemas.words import ByteSize, MessageId, Reason, StateReason
from shared.contracts.words import Actor, LineKey, OrderId
from shared.findings import Severity
from shared.http.headers import etag
from shared.http.instants import DayOrMoment
from shared.http.paging import PageQuery
from shared.texts import Text

Kept = Annotated[datetime, Field(description="When its bytes were kept: received, or written to be sent")]
AskedReference = Annotated[Text | None, Field(max_length=100)]


class MessageQuery(PageQuery):
    """Filters of a list of messages."""

    state: State | None = Field(default=None, description="Only messages in this state")
    kind: Kind | None = Field(default=None, description="Only messages about this")
    direction: Direction | None = Field(default=None, description="Only what we received (`in`) or what we sent (`out`)")
    order_id: UUID | None = Field(default=None, description="Only messages that touch this order")
    order_number: AskedReference = Field(
        default=None, description="Only messages that touch the order of this number", examples=["SFK-2026-0042"]
    )
    line_key: AskedReference = Field(
        default=None, description="Only messages that touch the line of this key", examples=["SB-2H7K0M4QXD9RT5WA"]
    )
    reference: int | None = Field(
        default=None, ge=1, le=2**31 - 1, description="Only what we sent under this number of ours", examples=[412]
    )
    control_reference: AskedReference = Field(
        default=None, description="Only messages to which the other side gave this number", examples=["00412"]
    )
    supplier_reference: AskedReference = Field(
        default=None, description="Only messages that touch the order of this number of the supplier's", examples=["HB-99107"]
    )
    name_contains: Text | None = Field(
        default=None, max_length=200, description="Only messages with this in their file name or push id", examples=["ordrsp"]
    )
    reason_contains: Text | None = Field(
        default=None, max_length=200, description="Only messages with this in the reason for their state", examples=["ISBN"]
    )
    created_from: DayOrMoment | None = Field(default=None, description="Kept on this day, or at this moment, or later")
    created_before: DayOrMoment | None = Field(default=None, description="Kept before this day begins, or before this moment")


class Release(Reason):
    """The decision about a message in state `unknown`."""

    decision: Decision = Field(description="Send it again under the same reference, or count it as sent")


class Receipt(BaseModel):
    """Confirms that the bytes of a push are kept. They are read after this answer."""

    message_id: MessageId


class MessageView(BaseModel):
    """One thing exchanged with the supplier. `reference` is ours, `control_reference` the other side's."""

    message_id: MessageId = Field(validation_alias=AliasChoices("id", "message_id"))
    direction: Direction = Field(description="`in`: we received it; `out`: we sent it, or shall")
    kind: Kind = Field(description="What it is about; `unknown` until it is read")
    state: State = Field(description="How far it is; `quarantined`, `partly_applied`, `failed` and `unknown` wait for a person")
    reason: StateReason
    reference: int | None = Field(description="Our number of what we send; null for what we receive", examples=[412])
    control_reference: str = Field(
        description='Number that the other side gave the message; "" where it has none', examples=["00412"]
    )
    name: str = Field(
        description='File name, with the folder, or push id; "" where a council may not see it', examples=["out/ordrsp-0412.edi"]
    )
    content_type: str = Field(
        description='Media type as the supplier named it; "" where it did not', examples=["application/edifact"]
    )
    sender: str = Field(description='Who sent it, as the message says; "" where it does not', examples=["5012345678900"])
    size: ByteSize
    digest: str = Field(
        description="SHA-256 of the bytes, hexadecimal",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )
    order_ids: Sequence[OrderId] = Field(description="Orders that it touches; for a council, its own")
    attempts: int = Field(description="How often it was tried to send it; 0 for what we receive", examples=[1])
    created_at: Kept
    sent_at: datetime | None = Field(description="When it was sent; null for what was not, and for what we receive")
    next_attempt_at: datetime | None = Field(description="When it is tried again; null where nothing is planned")
    version: int = Field(description="Raised by each change of it", examples=[3])


class ChangeView(BaseModel):
    """One change of a message's state."""

    from_state: State = Field(description="State before it")
    to_state: State = Field(description="State after it")
    changed_at: datetime = Field(description="When it changed")
    actor: Actor
    reason: StateReason


class MessageDetail(MessageView):
    """A message with its findings and the history of its state."""

    findings: Sequence[AdvisedFinding] = Field(description="What is wrong or unusual in it; for a council none of a shared one")
    line_keys: Sequence[LineKey] = Field(description="Our references of the lines that it touches; for a council, its own")
    profile_version: int | None = Field(
        description="Version of the supplier's profile it was read or written under; null until then", examples=[4]
    )
    history: Sequence[ChangeView] = Field(description="Every change of its state, oldest first")
    progress: ProgressView | None = Field(description="How far it is read, where it is a file of records; else null")


def message_tag(view: MessageDetail) -> str:
    """Returns the ETag of a message: that of its version, and of a file that is being read also how far."""
    progress = view.progress
    if progress is None or progress.ended_at is not None:
        return etag(view.version)
    return f'"{view.version}-{progress.bytes_read}"'


def message_view(message: Message) -> MessageView:
    """Renders a message for a list."""
    return MessageView.model_validate(message, from_attributes=True)


def message_detail(message: Message, history: Sequence[Change], progress: Progress | None, advise: Advise) -> MessageDetail:
    """Renders a message with its history; `progress` is how far it is read, where it is a file of records."""
    return MessageDetail(
        **message_view(message).model_dump(),
        findings=[
            AdvisedFinding.model_validate({**finding, "advice": advise(str(finding["code"]), Severity(str(finding["severity"])))})
            for finding in message.findings
        ],
        line_keys=message.line_keys,
        profile_version=message.profile_version,
        history=[ChangeView.model_validate(change, from_attributes=True) for change in history],
        progress=progress_view(progress, message.size, advise) if progress is not None else None,
    )
