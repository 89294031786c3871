"""A consumer's membership in its group: assigned partitions, committed offsets, and partitions that wait for a retry."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError
from aiokafka.structs import OffsetAndMetadata

from shared.messaging.cluster import Cluster
from shared.messaging.handling import Batches, Delivery, Hold
from shared.messaging.topic_ids import Identity

_COMMIT_SECONDS = 3.0
_ANSWER_SECONDS = 5.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Home:
    """The cluster and topics that a client was made for. `before`: those of the consumer's client before it, if there was one.

    An offset counts for the log that it was committed for, so it is committed with that log's identity.
    """

    cluster: Cluster
    identity: Identity
    before: Identity | None

    async def is_same(self) -> bool:
        """Returns whether the same cluster and topics still answer. Raises KafkaError when no broker answers."""
        return await self.cluster.identity() == self.identity

    def replaced(self, topic: str) -> bool:
        """Returns whether the topic's log replaced one that the consumer has read: then no offset of it is trusted."""
        return self.before is not None and self.before.log(topic) != self.identity.log(topic)

    def counts(self, committed: OffsetAndMetadata | None, topic: str) -> bool:
        """Returns whether a committed offset is of the log that the topic has now, as far as the broker kept of which it is."""
        return committed is None or not committed.metadata or committed.metadata == self.identity.log(topic)


@dataclass(frozen=True, slots=True)
class Gone:
    """Records that were deleted before they were read: from the next one to read up to the first that Kafka still has."""

    next: int
    start: int


class Membership(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka is untyped
    """Follows rebalances. Commits at intervals, before partitions are revoked, and at the end; a commit may fail safely."""

    def __init__(self, client: AIOKafkaConsumer, delivery: Delivery, home: Home) -> None:
        self._client = client
        self._delivery = delivery
        self.home = home
        self._first = True
        self._unchecked: Exception | None = None
        self._gone: dict[TopicPartition, Gone] = {}
        self._committed: dict[TopicPartition, int] = {}
        self._commit_at = 0.0
        self._committing: asyncio.Task[None] | None = None
        self._due: dict[TopicPartition, float] = {}
        self.rebalancing_since: float | None = None

    @property
    def holding(self) -> frozenset[TopicPartition]:
        """Partitions that wait for the retry of a message."""
        return frozenset(self._due)

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:  # noqa: ARG002 (aiokafka's signature)
        """Commits before a rebalance (called by aiokafka); limited in time, because the whole group waits."""
        self.rebalancing_since = asyncio.get_running_loop().time()
        await self.commit()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Forgets lost partitions after a rebalance (called by aiokafka before the first fetch)."""
        self.rebalancing_since = None
        self._due.clear()
        self._committed.clear()
        self._gone.clear()
        self._unchecked = None
        for tp in set(self._delivery.done) - assigned:
            del self._delivery.done[tp]
        # Paused, because the client would fetch at the committed offsets while they are checked; and still so after an error.
        self._client.pause(*assigned)
        try:
            await self._check_committed(assigned)
        except (KafkaError, OSError, TimeoutError) as error:
            self._unchecked = error  # aiokafka would drop it
            return
        self._first = False
        self._client.resume(*assigned)

    async def _check_committed(self, assigned: set[TopicPartition]) -> None:
        """Starts at the beginning where the committed offset is of a log that was lost; notes which records are gone."""
        committed = await self._client._coordinator.fetch_committed_offsets(list(assigned))
        starts = await self._starts(assigned)
        for tp in assigned:
            if not self.home.counts(committed.get(tp), tp.topic) or (self._first and self.home.replaced(tp.topic)):
                self._client.seek(tp, starts[tp])
            elif tp in committed and committed[tp].offset < starts[tp]:
                self._gone[tp] = Gone(committed[tp].offset, starts[tp])

    async def _starts(self, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        if not partitions:
            return {}
        async with asyncio.timeout(_ANSWER_SECONDS):
            starts: dict[TopicPartition, int] = await self._client.beginning_offsets(list(partitions))
        return starts

    async def missing(self, batches: Batches) -> Mapping[TopicPartition, Gone]:
        """Returns the records that Kafka deleted before they were read; the client goes on after them without a word.

        Raises KafkaError where that could not be found out.
        """
        if self._unchecked is not None:
            raise KafkaError(f"the committed offsets are not known: {self._unchecked!r}") from self._unchecked
        # Also a compacted topic has gaps, but it still starts where it did.
        expected = {tp: self._delivery.done.get(tp, records[0].offset) for tp, records in batches.items()}
        gaps = {tp: offset for tp, offset in expected.items() if offset < batches[tp][0].offset}
        starts = await self._starts(gaps)
        self._gone |= {tp: Gone(offset, starts[tp]) for tp, offset in gaps.items() if offset < starts[tp]}
        return self._gone

    def hold(self, holds: Mapping[TopicPartition, Hold]) -> None:
        """Pauses partitions at the message that failed; the other partitions continue."""
        now = asyncio.get_running_loop().time()
        for tp, hold in holds.items():
            try:
                self._client.seek(tp, hold.offset)
                self._client.pause(tp)
            except IllegalStateError:
                continue  # now assigned to another member, which gets the message again
            self._due[tp] = now + hold.seconds

    def resume_due(self) -> None:
        """Resumes the partitions whose pause is over."""
        now = asyncio.get_running_loop().time()
        for tp in [tp for tp, due in self._due.items() if due <= now]:
            del self._due[tp]
            if tp in self._client.assignment():
                self._client.resume(tp)

    def commit_every(self, seconds: float) -> None:
        """Starts a commit in the background every `seconds`; never during a rebalance."""
        now = asyncio.get_running_loop().time()
        busy = self._committing is not None and not self._committing.done()
        if busy or now < self._commit_at or self.rebalancing_since is not None:
            return
        self._commit_at = now + seconds
        self._committing = asyncio.create_task(self.commit())

    async def commit(self) -> None:
        """Commits the handled offsets. May fail after a broker's restart: the inbox then ignores what is delivered again."""
        assignment = self._client.assignment()
        offsets = {
            tp: offset for tp, offset in self._delivery.done.items() if tp in assignment and self._committed.get(tp) != offset
        }
        if not offsets:
            return
        try:
            async with asyncio.timeout(_COMMIT_SECONDS):
                if await self.home.is_same():
                    await self._client.commit(
                        {tp: OffsetAndMetadata(offset, self.home.identity.log(tp.topic)) for tp, offset in offsets.items()}
                    )
                    self._committed.update(offsets)
        except (KafkaError, OSError, TimeoutError) as error:
            log.info("offsets not committed", error=repr(error))
