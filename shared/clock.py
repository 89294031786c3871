"""Where time comes from. Everything that needs the hour is given a Clock; nothing else asks the machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is moved: for tests and simulations."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs a moment with a time zone")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The moment the clock was last moved to."""
        return self._now

    def advance(self, step: timedelta) -> None:
        """Move the clock forward, or back with a negative step."""
        self._now += step
