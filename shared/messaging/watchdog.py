"""Detects a consumer that has messages waiting but makes no progress; aiokafka has no health signal of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

from shared.messaging import metrics
from shared.messaging.backlog import Backlog
from shared.messaging.membership import Membership
from shared.messaging.status import PartStatus
from shared.supervisor import asked_to_end

_CHECKS_PER_LIMIT = 6
_ANSWER_SECONDS = 5.0
_UNANSWERED = 3


class Stalled(KafkaError):  # type: ignore[misc] # aiokafka is untyped
    """The consumer makes no progress; its Kafka client must be replaced."""


class Watchdog:
    """Compares positions with the partitions' ends every few seconds, and notes the lag in the part's status and backlog."""

    def __init__(
        self, client: AIOKafkaConsumer, membership: Membership, status: PartStatus, backlog: Backlog, *, stalled_after: float
    ) -> None:
        self._client = client
        self._membership = membership
        self._status = status
        self._backlog = backlog
        self._stalled_after = stalled_after
        self._moved_at = 0.0
        self._positions: dict[TopicPartition, int] = {}
        self._unanswered = 0
        self._at_work = False

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Marks that a batch is being handled; meanwhile, however long it takes, the client does not count as stalled."""
        self._at_work = True
        try:
            yield
        finally:
            self._at_work = False
            self._moved()

    async def watch(self) -> None:
        """Checks until cancelled. Raises Stalled."""
        self._moved()
        while True:
            await asyncio.sleep(self._stalled_after / _CHECKS_PER_LIMIT)
            try:
                await self._check()
                self._unanswered = 0
            except (KafkaError, OSError, TimeoutError, asyncio.CancelledError) as error:
                if isinstance(error, Stalled) or asked_to_end():
                    raise
                self._unanswered += 1
                if self._unanswered >= _UNANSWERED:
                    raise Stalled(f"the broker does not answer: {error!r}") from error

    def _moved(self) -> None:
        self._moved_at = asyncio.get_running_loop().time()
        self._status.progressed()

    async def _check(self) -> None:
        now = asyncio.get_running_loop().time()
        since = self._membership.rebalancing_since
        if since is not None:
            if now - since > 2 * self._stalled_after:
                raise Stalled("the group's rebalance does not end")
            return
        lags, positions = await self._lags()
        self._status.lag = sum(lags.values())
        self._backlog.note(lags, positions)
        metrics.BEHIND.labels(self._status.name).set(self._backlog.seconds())
        metrics.LAG.labels(self._status.name).set(self._status.lag)
        waiting = self._membership.holding
        if self._at_work or positions != self._positions or not any(lags[tp] for tp in lags if tp not in waiting):
            self._moved()
        self._positions = positions
        if now - self._moved_at > self._stalled_after:
            raise Stalled(f"{self._status.lag} messages are waiting and none is handled")

    async def _lags(self) -> tuple[dict[TopicPartition, int], dict[TopicPartition, int]]:
        assignment = list(self._client.assignment())
        if not assignment:
            return {}, {}
        async with asyncio.timeout(_ANSWER_SECONDS):
            ends = await self._client.end_offsets(assignment)
            positions: dict[TopicPartition, int] = {}
            for tp in assignment:
                try:
                    positions[tp] = await self._client.position(tp)
                    # Tansu reports too low an end after a batch of several records; the last fetch has the right one.
                    ends[tp] = max(ends[tp], self._client.highwater(tp) or 0)
                except IllegalStateError:
                    continue  # just lost in a rebalance
        return {tp: max(0, ends[tp] - position) for tp, position in positions.items()}, positions
