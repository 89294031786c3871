"""What a conformance run reports: the shapes behind `--json`, the HTTP answer and the screen. Decides nothing."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from services.suppliers.contract import Kind
from services.suppliers.domain.messages import State
from shared.findings import Severity


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class FindingReport(_Shape):
    """One thing wrong or odd in a file."""

    severity: Severity
    code: str = Field(description="What kind of thing it is; the same code always means the same")
    segment: int | None = Field(description="1-based number of the segment, field or record concerned; none: the whole file")
    offset: int | None = Field(description="Offset of its first byte in the file")
    text: str = Field(description="What is wrong with this one")
    mend: str = Field(description="What to do about it")


class FactReport(_Shape):
    """One fact the file states, and what would come of it."""

    kind: Kind
    text: str = Field(description="The fact as a whole, in words")
    lines: tuple[str, ...] = Field(description="What it says about each line, in words")
    troubles: tuple[str, ...] = Field(description="Why it, or a part of it, would not be applied or would be queried")
    mend: str = Field(description="What to do about the troubles; empty where there are none")


class FileReport(_Shape):
    """One file."""

    name: str
    size: int = Field(description="Bytes")
    form: str = Field(description="What the bytes look like, whatever the adapter makes of them")
    messages: int = Field(description="Messages in it")
    segments: int = Field(description="Segments, elements, objects, fields or lines in it, as its form has them")
    kind: Kind
    sender: str
    control_reference: str
    test: bool = Field(description="The file says that it is a test: production applies nothing of it")
    findings: tuple[FindingReport, ...]
    facts: tuple[FactReport, ...]
    end_state: State = Field(description="Where production would leave the message")
    live_state: State = Field(description="The same, were it not marked as a test")
    reason: str = Field(description="Why it, or a part, would not be applied, or would be queried; else empty")
    passed: bool


class Result(StrEnum):
    """What the files show of a capability."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    NOT_SHOWN = "not_shown"
    UNDECLARED = "undeclared"


class CapabilityReport(_Shape):
    """One capability: declared in the profile, or shown without being declared."""

    capability: str = Field(description="A capability of the profile; `answers_orders` is expected of every supplier")
    result: Result
    evidence: tuple[str, ...] = Field(description="What in which file shows it")
    reason: str = Field(description="Why it fails, or what would show it")


class SupplierReport(_Shape):
    """Whose files these are."""

    supplier_id: str
    name: str
    adapter: str
    profile_version: int


class Report(_Shape):
    """A whole run."""

    supplier: SupplierReport
    passed: bool = Field(description="Every file would be applied in full and no capability fails")
    files: tuple[FileReport, ...]
    capabilities: tuple[CapabilityReport, ...]
