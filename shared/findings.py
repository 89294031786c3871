"""What every reader of foreign data says about it: findings. Knows no format, no supplier and no business word."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: `error` says content is missing or cannot be trusted, `warning` that it deserves a look."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong or odd in a message.

    `segment` is the 1-based number of the segment, field or record concerned, `offset` its first byte in the raw
    message; both are None when the finding is about the message as a whole.
    """

    code: str
    text: str
    severity: Severity
    segment: int | None = None
    offset: int | None = None
