"""HTTP shapes of the preview of a replay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from pydantic import BaseModel, ConfigDict, Field

from services.suppliers.contract import Fact, Kind
from services.suppliers.domain.known_lines import KnownLine
from services.suppliers.domain.messages import State
from services.suppliers.domain.previews import Preview, PreviewedPart
from services.suppliers.schemas.mappings import ProposedMapping
from services.suppliers.schemas.words import MessageId, StateReason
from shared.contracts.words import BookTitle, CouncilCode, Isbn, LineKey, LineNumber, OrderId, OrderNumber, Quantity
from shared.http.trees import FindingView

# What nobody reads to the end is cut; the numbers beside the lists count all.
_MOST_PARTS = 200
_MOST_DETAILS = 50

Described = tuple[Kind, str, Sequence[str]]
Describe = Callable[[Fact], Described]
"""Returns a fact in words: what it is about, the sentence about all of it, and one about each of its lines."""


class PreviewQuestion(BaseModel):
    """What a replay is to be previewed with."""

    model_config = ConfigDict(extra="forbid")

    mapping: ProposedMapping | None = Field(
        default=None, description="A mapping that is not made yet; null for the mappings that are in force"
    )


class PreviewedLineView(BaseModel):
    """An ordered line that a part of the message is about."""

    order_id: OrderId
    order_number: OrderNumber
    council: CouncilCode
    line_key: LineKey
    line_number: LineNumber
    isbn: Isbn
    title: BookTitle
    copies: Quantity


class PreviewedPartView(BaseModel):
    """One part of the message that is applied as a whole: an answer about a line, goods for a place, an invoice and so on."""

    kind: Kind = Field(description="What it is about")
    text: str = Field(
        description="What it says, in words",
        examples=["line SB-2H7K0M4QXD9RT5WA (ISBN 9780141439518): accepted; status 100 (accepted)"],
    )
    details: Sequence[str] = Field(
        description="What it says about each of its lines, in words; the first 50",
        examples=[["parcel 350123450000000014: 1 copy of line SB-2H7K0M4QXD9RT5WA (ISBN 9780141439518)"]],
    )
    lines: Sequence[PreviewedLineView] = Field(description="The ordered lines that it is about; the first 50")


class PreviewedHoldView(BaseModel):
    """A part of the message that would still be held."""

    reason: str = Field(description="What is missing", examples=["line 1: no order here has the number SFK-2026-0024"])
    may_arrive: bool = Field(description="Whether the order that it names may still be on its way to us")


class ReplayPreview(BaseModel):
    """What a replay of a message would change. Nothing of it was done."""

    message_id: MessageId
    version: int = Field(description="Version of the message that was previewed, for `If-Match` of the replay", examples=[3])
    state: State = Field(description="State that the message would be in; `received`: it would wait for its order")
    reason: StateReason
    applied: Sequence[PreviewedPartView] = Field(description="What would be applied; the first 200 parts")
    applied_count: int = Field(description="How many parts would be applied", examples=[1])
    already_applied: Sequence[PreviewedPartView] = Field(
        description="What was applied before, by this message or another one, and would be left alone; the first 200 parts"
    )
    already_applied_count: int = Field(description="How many parts were applied before", examples=[2])
    held: Sequence[PreviewedHoldView] = Field(description="What would still be held, and why; the first 200 parts")
    held_count: int = Field(description="How many parts would still be held", examples=[1])
    findings: Sequence[FindingView] = Field(description="What is wrong or unusual in the message, as it would be read")


def replay_preview(preview: Preview, describe: Describe) -> ReplayPreview:
    """Renders what a replay would change."""
    message = preview.message
    return ReplayPreview(
        message_id=message.id,
        version=preview.version,
        state=message.state,
        reason=message.reason,
        applied=_parts(preview.applied, describe),
        applied_count=len(preview.applied),
        already_applied=_parts(preview.already, describe),
        already_applied_count=len(preview.already),
        held=[PreviewedHoldView(reason=part.reason, may_arrive=part.may_arrive) for part in preview.held[:_MOST_PARTS]],
        held_count=len(preview.held),
        findings=[FindingView.model_validate(dict(finding)) for finding in message.findings],
    )


def _parts(parts: Iterable[PreviewedPart], describe: Describe) -> list[PreviewedPartView]:
    return [_part(part, describe) for part in islice(parts, _MOST_PARTS)]


def _part(part: PreviewedPart, describe: Describe) -> PreviewedPartView:
    kind, text, details = describe(part.fact)
    if kind is Kind.RESPONSE and len(details) == 1:
        # The sentence about the whole says nothing more of a single answer.
        text, details = details[0], ()
    lines = [_line(line) for line in part.lines[:_MOST_DETAILS]]
    return PreviewedPartView(kind=kind, text=text, details=details[:_MOST_DETAILS], lines=lines)


def _line(line: KnownLine) -> PreviewedLineView:
    ordered = line.ordered
    return PreviewedLineView(
        order_id=line.order_id,
        order_number=line.order_number,
        council=line.council,
        line_key=line.line_key,
        line_number=ordered.line_number,
        isbn=ordered.isbn,
        title=ordered.title,
        copies=len(ordered.copies),
    )
