"""HTTP shapes of messages, of decisions about them, and of the supplier."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.suppliers.contract import Capability, Feed, Kind, SupplierProfile
from services.suppliers.domain.feed_progress import Aside, Progress
from services.suppliers.domain.feeds import FeedStatus
from services.suppliers.domain.messages import Change, Decision, Direction, Message, State
from shared.findings import Severity
from shared.http.paging import PageQuery
from shared.texts import Text

Advise = Callable[[str, Severity], str]
"""Returns what the supplier should do about a finding, by its code and severity."""


class MessageQuery(PageQuery):
    """Filters of a list of messages."""

    state: State | None = None
    kind: Kind | None = None
    direction: Direction | None = None
    order_id: UUID | None = None
    order_number: Text | None = Field(default=None, description="The council's number of an order that the message touches")
    line_key: Text | None = Field(default=None, description="Our key of a line that the message touches")
    reference: int | None = Field(default=None, ge=1, le=2**31 - 1, description="Our number of what we sent")
    control_reference: Text | None = Field(default=None, description="The other side's number of the message")
    supplier_reference: Text | None = Field(default=None, description="The supplier's own number of an order it touches")
    name: Text | None = Field(default=None, max_length=200, description="Part of the file name or push id")
    text: Text | None = Field(default=None, max_length=200, description="Part of the reason for the message's state")
    since: AwareDatetime | None = Field(default=None, description="Kept at this moment or later")
    until: AwareDatetime | None = Field(default=None, description="Kept before this moment")


class Reason(BaseModel):
    """The reason for a decision about a message."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Text = Field(min_length=3, max_length=500, description="In words that a colleague will understand next year")


class Release(Reason):
    """The decision about a message in state `unknown`."""

    decision: Decision


class Receipt(BaseModel):
    """Confirms that the bytes of a push are kept. They are read after this answer."""

    message_id: UUID


class MessageView(BaseModel):
    """One thing exchanged with the supplier. `reference` is ours, `control_reference` the other side's."""

    id: UUID
    direction: Direction
    kind: Kind
    state: State
    reason: str
    reference: int | None
    control_reference: str
    name: str
    content_type: str
    sender: str
    size: int = Field(description="Bytes")
    digest: str = Field(description="SHA-256 of the bytes, hexadecimal")
    order_ids: Sequence[UUID]
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    next_attempt_at: datetime | None
    version: int


class ChangeView(BaseModel):
    """One change of a message's state."""

    from_state: State
    to_state: State
    changed_at: datetime
    actor: str
    reason: str


class AsideQuery(PageQuery):
    """Which records that are kept aside to list."""


class AsideView(BaseModel):
    """A record of a file that could not be read."""

    number: int = Field(description="Its place in the file, from 1")
    offset: int = Field(description="Its first byte in the file")
    size: int = Field(description="Bytes that are kept of it")
    code: str
    text: str = Field(description="The reason")
    advice: str = Field(description="What the supplier should do about it")


class ReasonView(BaseModel):
    """A reason for which records are kept aside."""

    code: str
    count: int = Field(description="Records kept aside so far for this reason")
    advice: str = Field(description="What the supplier should do about it")


class ProgressView(BaseModel):
    """How far a file of records is read."""

    records: int = Field(description="Records taken so far")
    kept_aside: int = Field(description="Records that could not be read so far")
    left_out: int = Field(description="Records left out so far that nobody need act on, such as goods that are no book")
    bytes_read: int
    rate: float = Field(description="Records read in a second, on average")
    begun_at: datetime
    expected_end: datetime | None = Field(description="When it will be read at this rate; null once it is")
    ended_at: datetime | None
    counts: Mapping[str, int] = Field(description="Findings about records, by severity and code")
    reasons: Sequence[ReasonView] = Field(description="Why records are kept aside, the most frequent reason first")


class MessageDetail(MessageView):
    """A message with its findings and the history of its state."""

    findings: Sequence[Mapping[str, object]] = Field(description="Each with its `advice`: what the supplier should do")
    line_keys: Sequence[str]
    profile_version: int | None = Field(description="Version of the supplier's profile it was read or written under")
    history: Sequence[ChangeView]
    progress: ProgressView | None = Field(description="How far it is read, where it is a file of records")


class FeedView(BaseModel):
    """One feed of the supplier: its usual pause, its last message, and whether it is quiet."""

    kind: Kind
    usual_hours: float = Field(description="Longest usual pause between two messages")
    weekends: bool = Field(description="Whether the hours of Saturday and Sunday (UTC) count")
    last_heard_at: datetime | None
    quiet_since: datetime | None = Field(description="When the silence was noticed; null while the feed is not quiet")


class SupplierView(BaseModel):
    """The supplier's declared facts, what it can do, and its feeds."""

    supplier_id: str
    name: str
    kind: Literal["consortium", "national"]
    capabilities: Sequence[Capability]
    deduplicates: bool
    hub_code: str | None
    hub_gln: str | None
    councils: Sequence[str] = Field(description="ISILs served, of those the caller may see")
    pushes: bool = Field(description="Whether the supplier pushes to `/webhooks`")
    secrets_withdrawn_at: datetime | None = Field(
        default=None, description="Since when its pushes are refused and nothing is sent to it, for any council; null for not"
    )
    feeds: Sequence[FeedView]


def message_view(message: Message) -> MessageView:
    """Renders a message for a list."""
    return MessageView.model_validate(message, from_attributes=True)


def aside_view(aside: Aside, advise: Advise) -> AsideView:
    """Renders a record that is kept aside, with the advice on its reason."""
    return AsideView(**asdict(aside), advice=advise(aside.code, Severity.ERROR))


def _progress_view(progress: Progress, size: int, advise: Advise) -> ProgressView:
    return ProgressView(
        records=progress.records,
        kept_aside=progress.kept_aside,
        left_out=progress.left_out,
        bytes_read=min(progress.bytes_read, size),
        rate=round(progress.rate, 1),
        begun_at=progress.begun_at,
        expected_end=progress.expected_end(size),
        ended_at=progress.ended_at,
        counts=progress.counts,
        reasons=[ReasonView(code=code, count=count, advice=advise(code, Severity.ERROR)) for code, count in progress.reasons()],
    )


def message_detail(message: Message, history: Sequence[Change], progress: Progress | None, advise: Advise) -> MessageDetail:
    """Renders a message with its history; `advise` gives the advice on findings, and on why records are kept aside."""
    return MessageDetail(
        **message_view(message).model_dump(),
        findings=[_advised(finding, advise) for finding in message.findings],
        line_keys=message.line_keys,
        profile_version=message.profile_version,
        history=[ChangeView.model_validate(change, from_attributes=True) for change in history],
        progress=_progress_view(progress, message.size, advise) if progress is not None else None,
    )


def _advised(finding: Mapping[str, object], advise: Advise) -> Mapping[str, object]:
    return {**finding, "advice": advise(str(finding["code"]), Severity(str(finding["severity"])))}


def supplier_view(
    profile: SupplierProfile, statuses: Mapping[Kind, FeedStatus], *, council: str | None, pushes: bool
) -> SupplierView:
    """Renders the profile. Of the accounts, a council sees only whether it has one itself."""
    return SupplierView(
        supplier_id=profile.supplier_id,
        name=profile.name,
        kind=profile.kind,
        capabilities=sorted(profile.capabilities),
        deduplicates=profile.deduplicates,
        hub_code=profile.hub_code,
        hub_gln=profile.hub_gln,
        councils=sorted(isil for isil in profile.accounts if council in (None, isil)),
        pushes=pushes,
        feeds=[_feed_view(kind, feed, statuses.get(kind)) for kind, feed in sorted(profile.feeds.items())],
    )


def _feed_view(kind: Kind, feed: Feed, status: FeedStatus | None) -> FeedView:
    return FeedView(
        kind=kind,
        usual_hours=feed.hours,
        weekends=feed.weekends,
        last_heard_at=status.last_heard_at if status else None,
        quiet_since=status.quieted_at if status else None,
    )
