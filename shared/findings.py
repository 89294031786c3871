"""Findings, which every reader of foreign data reports. Must not know any format, supplier or business term."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How serious a finding is. `error`: content is missing or cannot be trusted; `warning`: it should be checked."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


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
