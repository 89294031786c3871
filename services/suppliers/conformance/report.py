"""The shapes of a conformance report, for `--json`, the HTTP answer and the screen. Decides nothing."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from services.suppliers.contract import Kind
from services.suppliers.domain.messages import State
from shared.contracts.words import SupplierId, SupplierName
from shared.findings import Severity


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class FindingReport(_Shape):
    """One thing that is wrong or unusual in a file."""

    severity: Severity = Field(description="`error`: content is missing or cannot be trusted; `warning`: check it")
    code: str = Field(description="The kind of finding; the same code always means the same", examples=["unknown-line"])
    segment: int | None = Field(
        description="1-based number of the segment, field or record concerned; null: the whole file", examples=[7]
    )
    offset: int | None = Field(description="Place of its first byte in the file, from 0; null: the whole file", examples=[412])
    text: str = Field(description="What is wrong here", examples=["line 1: no order here has the number SFK-2026-0024"])
    mend: str = Field(description="How to fix it", examples=["Give the number that the order has."])


class FactReport(_Shape):
    """One fact that the file states, and what would prevent it from being applied."""

    kind: Kind = Field(description="What the fact is about")
    text: str = Field(description="The fact as a whole, in words", examples=["an answer about 1 line of order SFK-2026-0042"])
    lines: tuple[str, ...] = Field(
        description="What it states about each line, in words", examples=[["SB-2H7K0M4QXD9RT5WA: 2 copies accepted"]]
    )
    troubles: tuple[str, ...] = Field(
        description="Why the fact, or a part of it, would not be applied or would be queried",
        examples=[["no order here has the number SFK-2026-0024"]],
    )
    mend: str = Field(
        description="How to fix the troubles; empty where there are none", examples=["Give the number that the order has."]
    )


class FileReport(_Shape):
    """One file."""

    name: str = Field(description="Its name, as it was sent", examples=["ordrsp-0412.edi"])
    size: int = Field(description="How many bytes it has", examples=[812])
    form: str = Field(description="The format that the bytes look like, independent of the adapter", examples=["edifact"])
    messages: int = Field(description="Number of messages in it", examples=[1])
    segments: int = Field(
        description="Number of segments, elements, objects, fields or lines in it, depending on its format", examples=[42]
    )
    kind: Kind = Field(description="What it is about; `unknown` where it cannot be read")
    sender: str = Field(description='Who sent it, as it says; "" where it does not', examples=["5012345678900"])
    control_reference: str = Field(description='Number that the sender gave it; "" where it has none', examples=["00412"])
    test: bool = Field(description="Whether the file is marked as a test: production applies nothing of it")
    findings: tuple[FindingReport, ...] = Field(description="What is wrong or unusual in it")
    facts: tuple[FactReport, ...] = Field(description="What it states")
    end_state: State = Field(description="Where production would leave the message")
    live_state: State = Field(description="Where production would leave the message without its test mark")
    reason: str = Field(
        description="Why the file, or a part of it, would not be applied or would be queried; else empty",
        examples=["no order here has the number SFK-2026-0024"],
    )
    passed: bool = Field(description="Whether it would be applied in full")


class Result(StrEnum):
    """The verdict on a capability."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    NOT_SHOWN = "not_shown"
    UNDECLARED = "undeclared"


class CapabilityReport(_Shape):
    """One capability: declared in the profile, or shown by a file without being declared."""

    capability: str = Field(
        description="A capability of the profile; `answers_orders` is expected of every supplier", examples=["cancels"]
    )
    result: Result = Field(description="`pass`, `fail`, `not_shown` by any file, or shown but `undeclared`")
    evidence: tuple[str, ...] = Field(
        description="Which file shows it, and how", examples=[["ordrsp-0413.edi: line 2 cancelled"]]
    )
    reason: str = Field(description="Why it fails, or which kind of file would show it; else empty", examples=[""])


class WritingReport(_Shape):
    """One order that the adapter wrote twice, under the same reference."""

    order_number: str = Field(description="The council's number of the order", examples=["SFK-2026-0042"])
    name: str = Field(description="Name of the message; empty where nothing was written", examples=["order-412.edi"])
    size: int = Field(description="How many bytes it has", examples=[640])
    result: Result = Field(description="`pass`, `fail`, `not_shown` by any file, or shown but `undeclared`")
    reason: str = Field(description="What differs and where, or why the order could not be written; else empty", examples=[""])


class TrialReport(_Shape):
    """One call of the adapter's transport on a test server."""

    situation: str = Field(
        description="What the server was made to do", examples=["it closes the connection while the message is sent"]
    )
    call: str = Field(description="The method of the transport; empty where the situation could not be tried", examples=["send"])
    outcome: str = Field(description="How the call ended", examples=["it raised Unavailable"])
    production: str = Field(description="What production does then", examples=["it tries again later"])
    result: Result = Field(description="`pass`, `fail`, `not_shown` by any file, or shown but `undeclared`")
    reason: str = Field(description="What is wrong with the outcome, or why it is not shown; else empty", examples=[""])


class SupplierReport(_Shape):
    """Whose files these are."""

    supplier_id: SupplierId
    name: SupplierName
    adapter: str = Field(description="Name of the adapter that read the files", examples=["national"])
    profile_version: int = Field(description="Version of the supplier's profile", examples=[4])


class Report(_Shape):
    """A whole run."""

    supplier: SupplierReport = Field(description="Whose files these are")
    passed: bool = Field(description="Whether every file would be applied in full and nothing else fails")
    files: tuple[FileReport, ...] = Field(description="Each file, in the order in which it was sent")
    capabilities: tuple[CapabilityReport, ...] = Field(description="What the profile declares, or a file shows")
    writing: tuple[WritingReport, ...] = Field(description="Orders given, or a sample order, each written twice")
    trials: tuple[TrialReport, ...] = Field(description="Calls of the transport on a test server; empty without one")
