"""What a consumer listens to, the handler it gives batches to, and its limits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.messaging.envelope import Envelope

# Gets only events this consumer has not dealt with, in offset order per partition, inside a transaction that the
# consumer commits. It never commits. It raises RetryLater or Poison (see errors.py). After an error the whole batch
# is rolled back and comes again one event at a time, so it must do nothing that the transaction cannot undo.
BatchHandler = Callable[[AsyncConnection, Sequence[Envelope]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ConsumerLimits:
    """How a consumer paces itself and when it gives up. Times in seconds."""

    batch: int = 500
    commit_every: float = 1.0
    first_pause: float = 0.2
    longest_pause: float = 30.0
    retry_attempts: int = 120  # about an hour at the longest pause
    unexpected_attempts: int = 5
    stalled_after: float = 30.0
    fuse_consecutive: int = 50
    fuse_share: float = 0.5
    fuse_window: int = 200


@dataclass(frozen=True, slots=True)
class Subscription:
    """One consumer group: its name is the Kafka group, the inbox's key and the stem of its dead letters' topic."""

    consumer: str
    topics: tuple[str, ...]
    handle: BatchHandler
    limits: ConsumerLimits = field(default_factory=ConsumerLimits)
