"""The source of time. Code that needs the time receives a Clock; nothing else reads the machine's clock.

Moments are in UTC. A day is the council's: at half past midnight in a London summer, UTC still has the day before.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


class Clock(Protocol):
    """Gives the current time, and the council's day of any time."""

    def now(self) -> datetime:
        """Returns the current time in UTC, with its time zone."""

    def today(self) -> date:
        """Returns the council's current day."""

    def day_of(self, moment: datetime) -> date:
        """Returns the council's day at a moment."""

    def start_of(self, day: date) -> datetime:
        """Returns the moment at which the council's day begins, with its time zone."""


class _Days:
    """The days of one time zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def now(self) -> datetime:
        """Returns the current time in UTC, with its time zone."""
        raise NotImplementedError

    def today(self) -> date:
        """Returns the council's current day."""
        return self.day_of(self.now())

    def day_of(self, moment: datetime) -> date:
        """Returns the council's day at a moment."""
        return moment.astimezone(self._zone).date()

    def start_of(self, day: date) -> datetime:
        """Returns the moment at which the council's day begins, with its time zone."""
        return datetime.combine(day, time.min, self._zone)


class SystemClock(_Days):
    """The machine's clock."""

    def __init__(self, zone: ZoneInfo = LONDON) -> None:
        super().__init__(zone)

    def now(self) -> datetime:
        """Returns the current time in UTC, with its time zone."""
        return datetime.now(UTC)


class ManualClock(_Days):
    """A clock that changes only when it is moved; for tests and simulations."""

    def __init__(self, start: datetime, zone: ZoneInfo = LONDON) -> None:
        super().__init__(zone)
        if start.tzinfo is None:
            raise ValueError("the start of a clock needs a time zone")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Returns the time to which the clock was last moved."""
        return self._now

    def advance(self, step: timedelta) -> None:
        """Moves the clock forward, or back if the step is negative."""
        self._now += step
