"""A supplier that is not reached, as the pages show it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Unreached:
    """A supplier that does not answer, or that a person stopped all calls to (`opened_by`)."""

    supplier_id: str
    since: datetime
    reason: str
    waiting: int
    next_try_at: datetime | None
    opened_by: str
