"""The shapes of a conformance report, for `--json`, the HTTP answer and the screen. Decides nothing."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from services.suppliers.contract import Kind
from services.suppliers.domain.messages import State
from shared.findings import Severity


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class FindingReport(_Shape):
    """One thing that is wrong or unusual in a file."""

    severity: Severity
    code: str = Field(description="The kind of finding; the same code always means the same")
    segment: int | None = Field(description="1-based number of the segment, field or record concerned; none: the whole file")
    offset: int | None = Field(description="Offset of its first byte in the file")
    text: str = Field(description="What is wrong here")
    mend: str = Field(description="How to fix it")


class FactReport(_Shape):
    """One fact that the file states, and what would prevent it from being applied."""

    kind: Kind
    text: str = Field(description="The fact as a whole, in words")
    lines: tuple[str, ...] = Field(description="What it states about each line, in words")
    troubles: tuple[str, ...] = Field(description="Why the fact, or a part of it, would not be applied or would be queried")
    mend: str = Field(description="How to fix the troubles; empty where there are none")


class FileReport(_Shape):
    """One file."""

    name: str
    size: int = Field(description="Bytes")
    form: str = Field(description="The format that the bytes look like, independent of the adapter")
    messages: int = Field(description="Number of messages in it")
    segments: int = Field(description="Number of segments, elements, objects, fields or lines in it, depending on its format")
    kind: Kind
    sender: str
    control_reference: str
    test: bool = Field(description="Whether the file is marked as a test: production applies nothing of it")
    findings: tuple[FindingReport, ...]
    facts: tuple[FactReport, ...]
    end_state: State = Field(description="Where production would leave the message")
    live_state: State = Field(description="Where production would leave the message without its test mark")
    reason: str = Field(description="Why the file, or a part of it, would not be applied or would be queried; else empty")
    passed: bool


class Result(StrEnum):
    """The verdict on a capability."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    NOT_SHOWN = "not_shown"
    UNDECLARED = "undeclared"


class CapabilityReport(_Shape):
    """One capability: declared in the profile, or shown by a file without being declared."""

    capability: str = Field(description="A capability of the profile; `answers_orders` is expected of every supplier")
    result: Result
    evidence: tuple[str, ...] = Field(description="Which file shows it, and how")
    reason: str = Field(description="Why it fails, or which kind of file would show it")


class WritingReport(_Shape):
    """One order that the adapter wrote twice, under the same reference."""

    order_number: str
    name: str = Field(description="Name of the message; empty where nothing was written")
    size: int = Field(description="Bytes")
    result: Result
    reason: str = Field(description="What differs and where, or why the order could not be written")


class TrialReport(_Shape):
    """One call of the adapter's transport on a test server."""

    situation: str = Field(description="What the server was made to do")
    call: str = Field(description="The method of the transport; empty where the situation could not be tried")
    outcome: str = Field(description="How the call ended")
    production: str = Field(description="What production does then")
    result: Result
    reason: str = Field(description="What is wrong with the outcome, or why it is not shown; else empty")


class SupplierReport(_Shape):
    """Whose files these are."""

    supplier_id: str
    name: str
    adapter: str
    profile_version: int


class Report(_Shape):
    """A whole run."""

    supplier: SupplierReport
    passed: bool = Field(description="Whether every file would be applied in full and nothing else fails")
    files: tuple[FileReport, ...]
    capabilities: tuple[CapabilityReport, ...]
    writing: tuple[WritingReport, ...] = Field(description="Orders given, or a sample order, each written twice")
    trials: tuple[TrialReport, ...] = Field(description="Calls of the transport on a test server; empty without one")
