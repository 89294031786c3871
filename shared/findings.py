"""Findings, which every reader of foreign data reports. Must not know any format, supplier or business term."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from shared.frozen import dataclass

MOST_FINDINGS = 1_000
"""Findings kept of one message. More tell a reader nothing, and two million fill the memory."""


class Severity(StrEnum):
    """How serious a finding is. `error`: content is missing or cannot be trusted; `warning`: it should be checked."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong or unusual in a message.

    `segment` is the 1-based number of the segment, field or record concerned, `offset` its first byte in the raw
    message; both are None when the finding is about the message as a whole.
    """

    code: str
    text: str
    severity: Severity
    segment: int | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class MoreFindings(Finding):
    """Takes the place of `number` findings that are not kept. Its severity is that of the most serious of them."""

    number: int = 0


class FindingList(list[Finding]):
    """The findings of one message, for every reader that collects them: keeps the first `MOST_FINDINGS`, counts the rest.

    The last one is `MoreFindings` where some were not kept. A list of this kind may be added to another.
    """

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        super().__init__()
        self.extend(findings)

    def append(self, finding: Finding, /) -> None:
        """Adds a finding, or counts it."""
        full = len(self) >= MOST_FINDINGS or (bool(self) and isinstance(self[-1], MoreFindings))
        if full or isinstance(finding, MoreFindings):
            self._count(finding)
        else:
            super().append(finding)

    def extend(self, findings: Iterable[Finding], /) -> None:
        """Adds findings one by one."""
        for finding in findings:
            self.append(finding)

    def __iadd__(self, findings: Iterable[Finding], /) -> FindingList:  # type: ignore[override, misc]
        """Adds findings one by one."""
        self.extend(findings)
        return self

    def _count(self, finding: Finding) -> None:
        last = self.pop() if self and isinstance(self[-1], MoreFindings) else None
        counted = [one for one in (last, finding) if one is not None]
        number = sum(one.number if isinstance(one, MoreFindings) else 1 for one in counted)
        severity = max((one.severity for one in counted), key=_RANKS.__getitem__)
        text = f"and {number} more, which are not listed; the most serious is of severity {severity}"
        super().append(MoreFindings("more-findings", text, severity, number=number))
