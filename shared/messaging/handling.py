"""Passes records to a handler: inbox, transaction, retries and dead letters. Knows nothing of Kafka but partitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

import structlog
from aiokafka import TopicPartition
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.backoff import pause_after, spread
from shared.clock import Clock
from shared.db.errors import is_passing
from shared.messaging import metrics
from shared.messaging.dead_letters.telling import Tell, tell_nobody
from shared.messaging.dead_letters.writing import Failure, bury
from shared.messaging.envelope import Envelope, Record
from shared.messaging.errors import Poison, RetryLater
from shared.messaging.fuse import Fuse, Fused
from shared.messaging.inbox import claim_new, trimmed_before
from shared.messaging.raw import RawRecord
from shared.messaging.subscription import Subscription

Batches = Mapping[TopicPartition, Sequence[Record]]

# Younger events are in every inbox that has handled them: none is trimmed sooner (`KafkaSettings.inbox_days`).
_SURELY_KNOWN = timedelta(days=30)
# An event has the time of its producer's clock, the inbox that of its database.
_CLOCKS_DIFFER = timedelta(days=1)

log = structlog.get_logger(__name__)


class DatabaseAway(Exception):
    """The database is unavailable for now; nothing was committed. The message is not at fault."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Makes a partition wait at `offset` for `seconds`."""

    offset: int
    seconds: float


@dataclass(slots=True)
class _Trouble:
    offset: int
    first_failed_at: datetime
    attempts: int = 0


class Delivery:
    """Handles records and keeps in `done`, per partition, the next offset to handle."""

    def __init__(self, engine: AsyncEngine, subscription: Subscription, clock: Clock, tell: Tell = tell_nobody) -> None:
        self._engine = engine
        self._tell = tell
        self._subscription = subscription
        self._clock = clock
        self._limits = subscription.limits
        self._trouble: dict[TopicPartition, _Trouble] = {}
        self.fuse = Fuse(subscription.limits)
        self.done: dict[TopicPartition, int] = {}

    async def apply(self, batches: Batches) -> dict[TopicPartition, Hold]:
        """Handles the records and returns the partitions that have to wait. Raises DatabaseAway or Fused.

        After either exception, `done` shows which records were handled; the caller may pass the same records again.
        """
        healthy = {tp: records for tp, records in batches.items() if tp not in self._trouble}
        troubled = {tp: _split(records, 1) for tp, records in batches.items() if tp in self._trouble}
        most = self._limits.batch_bytes
        if sum(map(_size, chain.from_iterable(healthy.values()))) > most:
            parts = {tp: _of_size(records, most) for tp, records in healthy.items()}
        elif not healthy or await self._apply_whole(healthy):
            parts = {}
        else:
            # A single partition is not tried once more as it is.
            parts = {tp: [records] if len(healthy) > 1 else _split(records) for tp, records in healthy.items()}
        holds = {}
        for tp, of_partition in (parts | troubled).items():
            hold = await self._apply_in_parts(tp, of_partition)
            if hold is not None:
                holds[tp] = hold
        return holds

    async def _apply_whole(self, batches: Batches) -> bool:
        """Handles all records in one transaction. Returns False if that failed: then a part of them is at fault."""
        if sum(map(len, batches.values())) == 1:
            return False
        try:
            envelopes = [_read(record) for records in batches.values() for record in records]
            await self._handle(envelopes)
        except DatabaseAway:
            raise
        except Exception as error:  # noqa: BLE001 (the record at fault raises it again when tried alone)
            log.info("batch taken apart", consumer=self._subscription.consumer, error=repr(error))
            return False
        for tp, records in batches.items():
            self.done[tp] = records[-1].offset + 1
        return True

    async def _apply_in_parts(self, tp: TopicPartition, parts: Sequence[Sequence[Record]]) -> Hold | None:
        """Handles the parts in order, and halves one that fails until the record at fault is alone.

        One bad record among 500 costs some 20 transactions and not 500, so a few of them do not slow down the others.
        """
        waiting = list(reversed(parts))
        while waiting:
            part = waiting.pop()
            if len(part) > 1:
                if not await self._apply_whole({tp: part}):
                    waiting += reversed(_split(part))
                continue
            hold = await self._apply_record(tp, part[0])
            if hold is not None:
                return hold
            self._trouble.pop(tp, None)
            self.done[tp] = part[0].offset + 1
        return None

    async def _apply_record(self, tp: TopicPartition, record: Record) -> Hold | None:
        try:
            envelope = _read(record)
        except ValueError as error:
            await self._bury(tp, record, f"not an event: {error}")
            return None
        try:
            await self._handle([envelope])
        except (DatabaseAway, Fused):
            raise
        except RetryLater as error:
            return await self._put_off(tp, record, error)
        except Poison as error:
            await self._bury(tp, record, error.reason)
            return None
        except Exception as error:  # noqa: BLE001 (no message may be lost, so every error is caught)
            return await self._put_off(tp, record, error)
        return None

    async def _handle(self, envelopes: Sequence[Envelope]) -> None:
        """Writes the inbox and calls the handler in one transaction. Raises DatabaseAway, or what the handler raised."""
        consumer = self._subscription.consumer
        try:
            async with self._engine.begin() as connection:
                new = await claim_new(connection, consumer, envelopes)
                await self._check_age(connection, new)
                if new:
                    await self._subscription.handle(connection, new)
        except Exception as error:
            if is_passing(error):
                raise DatabaseAway(repr(error)) from error
            raise
        self.fuse.passed(len(envelopes))
        metrics.INBOX_EVENTS.labels(consumer, "applied").inc(len(new))
        metrics.INBOX_EVENTS.labels(consumer, "duplicate").inc(len(envelopes) - len(new))

    async def _check_age(self, connection: AsyncConnection, new: Sequence[Envelope]) -> None:
        """Raises Fused for an event that seems new, but is so old that the inbox no longer knows whether it is.

        Most events are far too young for that, so the database is asked only about others.
        """
        consumer, young = self._subscription.consumer, self._clock.now() - _SURELY_KNOWN
        old = [envelope for envelope in new if envelope.time < young and not envelope.republished]
        before = await trimmed_before(connection, consumer) if old else None
        if before is None:
            return
        forgotten = [envelope for envelope in old if envelope.time < before + _CLOCKS_DIFFER]
        if forgotten:
            first = forgotten[0]
            raise Fused(
                f"{first.topic} delivers {consumer} an event of {first.time.isoformat()} (id {first.id}) again or very late: "
                f"the inbox knows only what was handled since {before.isoformat()}; docs/rebuilding.md says what to do"
            )

    async def _put_off(self, tp: TopicPartition, record: Record, error: Exception) -> Hold | None:
        trouble = self._trouble_at(tp, record)
        trouble.attempts += 1
        asked = isinstance(error, RetryLater)
        allowed = self._limits.retry_attempts if asked else self._limits.unexpected_attempts
        if trouble.attempts >= allowed:
            await self._bury(tp, record, f"gave up after {trouble.attempts} attempts: {error!r}")
            return None
        pause = spread(pause_after(trouble.attempts, first=self._limits.first_pause, longest=self._limits.longest_pause))
        if isinstance(error, RetryLater) and error.after is not None:
            pause = max(pause, error.after)
        metrics.RETRIES.labels(self._subscription.consumer).inc()
        log.info(
            "message put off",
            consumer=self._subscription.consumer,
            place=f"{tp.topic}/{tp.partition}/{record.offset}",
            attempts=trouble.attempts,
            seconds=round(pause, 3),
            error=repr(error),
        )
        return Hold(record.offset, pause)

    async def _bury(self, tp: TopicPartition, record: Record, reason: str) -> None:
        self.fuse.poisoned()
        trouble = self._trouble_at(tp, record)
        failure = Failure(
            consumer=self._subscription.consumer,
            record=record,
            reason=reason,
            attempts=max(1, trouble.attempts),
            first_failed_at=trouble.first_failed_at,
            dead_at=self._clock.now(),
        )
        try:
            async with self._engine.begin() as connection:
                await bury(connection, failure, self._tell)
        except Exception as error:
            if is_passing(error):
                raise DatabaseAway(repr(error)) from error
            raise
        metrics.INBOX_EVENTS.labels(failure.consumer, "dead").inc()
        log.warning("message dead-lettered", consumer=failure.consumer, topic=tp.topic, offset=record.offset, reason=reason)

    def _trouble_at(self, tp: TopicPartition, record: Record) -> _Trouble:
        trouble = self._trouble.get(tp)
        if trouble is None or trouble.offset != record.offset:
            trouble = self._trouble[tp] = _Trouble(record.offset, self._clock.now())
        return trouble


def _split(records: Sequence[Record], at: int = 0) -> list[Sequence[Record]]:
    """Returns the records before and after a place, by default the middle; an empty part is left out."""
    middle = at or len(records) // 2
    return [part for part in (records[:middle], records[middle:]) if part]


def _of_size(records: Sequence[Record], most: int) -> list[Sequence[Record]]:
    """Returns the records in parts of at most so many bytes; a larger record is a part by itself."""
    parts: list[list[Record]] = [[]]
    size = 0
    for record in records:
        size += _size(record)
        if size > most and parts[-1]:
            parts.append([])
            size = _size(record)
        parts[-1].append(record)
    return list(parts)


def _size(record: Record) -> int:
    return len(record.value or b"")


def _read(record: Record) -> Envelope:
    """Reads a record as an event. Raises ValueError."""
    if isinstance(record, RawRecord) and record.unreadable:
        raise ValueError(record.unreadable)
    return Envelope.from_record(record)
