"""HTTP shapes of findings: what is wrong or unusual in a message."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import BaseModel, Field

from services.suppliers.schemas.words import Advice, FindingCode
from shared.findings import Severity

Advise = Callable[[str, Severity], str]
"""Returns what the supplier should do about a finding, by its code and severity."""


class FindingView(BaseModel):
    """One thing wrong or unusual in a message."""

    code: FindingCode
    text: str = Field(description="What is wrong here, in words", examples=["line 1: no order here has the number SFK-2026-0024"])
    severity: Severity = Field(description="`error`: content is missing or cannot be trusted; `warning`: check it")
    segment: int | None = Field(
        default=None,
        description="Number of the segment, field or record concerned, from 1; null where it is about the whole message",
        examples=[7],
    )
    offset: int | None = Field(
        default=None,
        description="Place of its first byte in the message, from 0; null where it is about the whole message",
        examples=[412],
    )
    number: int | None = Field(
        default=None, description="How many findings it is instead of, which are not kept; null for one finding", examples=[12]
    )


class AdvisedFinding(FindingView):
    """The same with advice for the supplier."""

    advice: Advice
