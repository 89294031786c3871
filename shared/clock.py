"""The source of time. Code that needs the time receives a Clock; nothing else reads the machine's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Gives the current time."""

    def now(self) -> datetime:
        """Returns the current time in UTC, with its time zone."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Returns the current time in UTC, with its time zone."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that changes only when it is moved; for tests and simulations."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("the start of a clock needs a time zone")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Returns the time to which the clock was last moved."""
        return self._now

    def advance(self, step: timedelta) -> None:
        """Moves the clock forward, or back if the step is negative."""
        self._now += step
