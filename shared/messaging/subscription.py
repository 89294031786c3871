"""A consumer's topics, the handler that gets its batches, and its limits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.messaging.envelope import Envelope

# A handler gets only events that this consumer has not handled, in offset order per partition, inside a transaction that
# the consumer commits. It must not commit. It may raise RetryLater or Poison (see errors.py). After an error the whole
# batch is rolled back and passed again in ever smaller parts, so a handler must do nothing that a rollback cannot undo.
BatchHandler = Callable[[AsyncConnection, Sequence[Envelope]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ConsumerLimits:
    """Batch size, intervals, retries and fuse of a consumer. Times are in seconds.

    `batch_bytes`: of more bytes, several transactions are made. What handlers make of records takes tens of times their bytes.
    """

    batch: int = 500
    batch_bytes: int = 1_000_000
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
    """One consumer group. `consumer` names the Kafka group, the rows in the inbox, and the topic of its dead letters."""

    consumer: str
    topics: tuple[str, ...]
    handle: BatchHandler
    limits: ConsumerLimits = field(default_factory=ConsumerLimits)
