"""Protects a supplier in trouble from repeated calls: a circuit breaker and a retry budget. Pure; the caller passes the time."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.suppliers.domain.pauses import Pauses

_BUDGET = 20.0
_REFILL_PER_SECOND = 0.1
_REFILL_PER_SUCCESS = 0.5


class Circuit:
    """Stops calls for a pause after each failure; pauses double. After `threshold` failures in a row it is open.

    The budget limits retries in total: each failure costs one, time and successes refill it. It stops calls to a supplier
    that fails every second call, which a count of failures in a row does not detect.
    """

    def __init__(self, *, threshold: int, pauses: Pauses) -> None:
        self._threshold = threshold
        self._pauses = pauses
        self._failures = 0
        self._budget = _BUDGET
        self._budget_at: datetime | None = None
        self._paused_until: datetime | None = None
        self._asked_pause = False
        self._pause = timedelta(0)
        self.reason = ""

    @property
    def is_open(self) -> bool:
        """Whether calls are stopped at present."""
        return self._failures >= self._threshold

    def trouble(self, called: str) -> str:
        """Returns why `called` is not called at present; empty when all is well."""
        if self._asked_pause and self._paused_until is not None:
            return f"{called} is left alone until {self._paused_until:%Y-%m-%d %H:%M:%S} UTC: {self.reason}"
        return f"{called} cannot be reached: {self.reason}" if self.is_open else ""

    def allows(self, now: datetime) -> bool:
        """Whether a call may be made now; after a pause, one call tries whether the supplier is back."""
        self._refill(now)
        # Longer than the pause only where the clock went back meanwhile.
        if self._paused_until is not None and now < self._paused_until <= now + self._pause:
            return False
        return self._failures == 0 or self._budget >= 1.0

    def succeeded(self) -> None:
        """Records that the supplier answered, whatever the answer."""
        self._failures = 0
        self._paused_until = None
        self._asked_pause = False
        self.reason = ""
        self._budget = min(_BUDGET, self._budget + _REFILL_PER_SUCCESS)

    def failed(self, now: datetime, reason: str, *, asked: float | None = None) -> datetime:
        """Records that the supplier could not be reached; returns when to try again.

        `asked` is the pause in seconds that the supplier asks for: it is kept, up to half an hour, where it is the longer one.
        """
        self._refill(now)
        self._failures += 1
        self._budget = max(0.0, self._budget - 1.0)
        self.reason = reason
        pause = self._pauses.after(self._failures, asked)
        self._asked_pause = asked is not None and pause > self._pauses.after(self._failures)
        self._pause = timedelta(seconds=pause)
        again = now + self._pause
        self._paused_until = again
        return again

    def _refill(self, now: datetime) -> None:
        if self._budget_at is not None:
            passed = max(0.0, (now - self._budget_at).total_seconds())
            self._budget = min(_BUDGET, self._budget + passed * _REFILL_PER_SECOND)
        self._budget_at = now
