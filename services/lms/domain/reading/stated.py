"""What readers of events know of an event besides its data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stated:
    """The council of an event; when it was published, or since when it is so; its aggregate's version, 0 for none.

    `again`: it was published again, and states what is so (docs/rebuilding.md).
    """

    council: str
    time: datetime
    version: int
    again: bool
