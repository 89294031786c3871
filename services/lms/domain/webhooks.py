"""When a webhook is tried again, what an endpoint's answer means, and when it is given up. Pure; the caller passes the time.

An endpoint is sent one change after the other: while one fails, those after it wait (docs/decisions/0038).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from uuid import UUID

from shared.backoff import spread

_MINUTE, _HOUR = 60.0, 3_600.0
# As Standard Webhooks suggests; the last one again and again. Each is shortened at random, so that endpoints do not meet.
PAUSES = (5.0, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR)
# The last attempt is at the end of it.
PATIENCE = timedelta(days=3)
_LONGEST_ASKED = 24 * _HOUR
_ASKS_TO_WAIT = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


class EndpointState(StrEnum):
    """`failing`: the last attempt failed, and is repeated; `disabled`: nothing is sent until somebody enables it."""

    ACTIVE = "active"
    FAILING = "failing"
    DISABLED = "disabled"


class DisabledWhy(StrEnum):
    """Why nothing is sent: `gone`: the endpoint answered 410; `failed`: every attempt failed for three days."""

    GONE = "gone"
    FAILED = "failed"


class Outcome(StrEnum):
    """What one attempt was: `delivered`: answered 2xx; `gone`: answered 410; `failed`: any other answer, or none."""

    DELIVERED = "delivered"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back of one attempt. `status` is None where no answer came; then `error` says why.

    `retry_after` is the pause in seconds for which it asks; None where it does not.
    """

    status: int | None
    error: str = ""
    retry_after: float | None = None

    @property
    def outcome(self) -> Outcome:
        """Returns what the attempt was."""
        if self.status is not None and HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES:
            return Outcome.DELIVERED
        return Outcome.GONE if self.status == HTTPStatus.GONE else Outcome.FAILED

    @property
    def trouble(self) -> str:
        """Returns what went wrong, and how to fix it where that is known; "" where nothing did."""
        if self.status is None or self.outcome is Outcome.DELIVERED:
            return self.error
        if self.status in range(300, 400):
            return f"It answered {self.status}. Redirects are not followed: register the address to which it leads."
        if self.outcome is Outcome.GONE:
            return "It answered 410, which means that nothing shall be sent there any more."
        return f"It answered {self.status}; only 2xx says that a change was taken."


@dataclass(frozen=True, slots=True)
class Standing:
    """How an endpoint does: failed attempts in a row, since when, when the next one is due; since when and why it is disabled."""

    failures: int = 0
    failing_since: datetime | None = None
    next_try_at: datetime | None = None
    disabled_at: datetime | None = None
    disabled_why: DisabledWhy | None = None

    @property
    def state(self) -> EndpointState:
        """Returns the state."""
        if self.disabled_at is not None:
            return EndpointState.DISABLED
        return EndpointState.FAILING if self.failures else EndpointState.ACTIVE

    def after(self, reply: Reply, now: datetime, *, jitter: Callable[[float], float] = spread) -> Standing:
        """Returns how it does after an attempt that ended now. `jitter` shortens a pause in seconds."""
        if reply.outcome is Outcome.DELIVERED:
            return Standing()
        since = self.failing_since or now
        failures = self.failures + 1
        failing = replace(self, failures=failures, failing_since=since, next_try_at=None)
        if reply.outcome is Outcome.GONE:
            return replace(failing, disabled_at=now, disabled_why=DisabledWhy.GONE)
        last = since + PATIENCE
        if now >= last:
            return replace(failing, disabled_at=now, disabled_why=DisabledWhy.FAILED)
        pause = max(jitter(PAUSES[min(failures, len(PAUSES)) - 1]), _asked(reply))
        return replace(failing, next_try_at=min(now + timedelta(seconds=pause), last))


def _asked(reply: Reply) -> float:
    """Returns the pause in seconds for which an endpoint asks that has too much to do, within bounds (RFC 9110, 10.2.3)."""
    if reply.status not in _ASKS_TO_WAIT or reply.retry_after is None:
        return 0.0
    return min(reply.retry_after, _LONGEST_ASKED)


class Cause(StrEnum):
    """Why something was sent: `feed`: it was next; `resend`: somebody asked for this change again; `test`: a test event."""

    FEED = "feed"
    RESEND = "resend"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Push:
    """What is sent: its body, and of what it is. `push_id` is the same whenever the same change is sent."""

    push_id: str
    kind: str
    content: str
    position: int | None
    cause: Cause


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a council's changes are sent. `kinds`: those that it wants, empty for all. `number` is that of its lock.

    Everything up to `position` of the feed with this `epoch` was taken, or is not wanted. The two secrets are sealed.
    """

    webhook_endpoint_id: UUID
    number: int
    council: str
    url: str
    description: str
    kinds: tuple[str, ...]
    secret: str
    previous_secret: str | None
    previous_until: datetime | None
    epoch: UUID
    position: int
    version: int
    standing: Standing
    created_at: datetime

    def secrets_at(self, now: datetime) -> tuple[str, ...]:
        """Returns the sealed secrets that sign: the current one, and the previous one while it counts."""
        if self.previous_secret is None or self.previous_until is None or self.previous_until <= now:
            return (self.secret,)
        return (self.secret, self.previous_secret)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt. `push_id` is the same in each attempt to send the same change; `position` is None for a test event.

    `body` is the beginning of the answer's body; `error` says what went wrong, "" where nothing did.
    """

    webhook_delivery_id: UUID
    webhook_endpoint_id: UUID
    council: str
    cause: Cause
    push_id: str
    position: int | None
    kind: str
    attempt: int
    at: datetime
    outcome: Outcome
    status: int | None
    body: str
    milliseconds: int
    error: str
    next_try_at: datetime | None
