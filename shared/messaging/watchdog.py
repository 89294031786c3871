"""Sees a consumer that has work before it and does not move; aiokafka has no health signal of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

from shared.messaging import metrics
from shared.messaging.membership import Membership
from shared.messaging.status import PartStatus
from shared.messaging.supervisor import asked_to_end

_LOOKS_PER_LIMIT = 6
_ANSWER_SECONDS = 5.0
_UNANSWERED = 3


class Stalled(KafkaError):  # type: ignore[misc] # aiokafka is untyped
    """The Kafka client has to be replaced."""


class Watchdog:
    """Looks at positions and ends every few seconds, and keeps the lag in the part's status."""

    def __init__(self, client: AIOKafkaConsumer, membership: Membership, status: PartStatus, *, stalled_after: float) -> None:
        self._client = client
        self._membership = membership
        self._status = status
        self._stalled_after = stalled_after
        self._moved_at = 0.0
        self._positions: dict[TopicPartition, int] = {}
        self._unanswered = 0
        self._at_work = False

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While a batch is dealt with, however slowly, the client does not stall."""
        self._at_work = True
        try:
            yield
        finally:
            self._at_work = False
            self._moved()

    async def watch(self) -> None:
        """Look until cancelled. Raises Stalled."""
        self._moved()
        while True:
            await asyncio.sleep(self._stalled_after / _LOOKS_PER_LIMIT)
            try:
                await self._look()
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

    async def _look(self) -> None:
        now = asyncio.get_running_loop().time()
        since = self._membership.rebalancing_since
        if since is not None:
            if now - since > 2 * self._stalled_after:
                raise Stalled("the group does not settle")
            return
        lags, positions = await self._lags()
        self._status.lag = sum(lags.values())
        metrics.LAG.labels(self._status.name).set(self._status.lag)
        waiting = self._membership.holding
        if self._at_work or positions != self._positions or not any(lags[tp] for tp in lags if tp not in waiting):
            self._moved()
        self._positions = positions
        if now - self._moved_at > self._stalled_after:
            raise Stalled(f"{self._status.lag} messages wait and nothing moves")

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
                    # Tansu gives too low an end after a batch of several records; the last fetch knew better.
                    ends[tp] = max(ends[tp], self._client.highwater(tp) or 0)
                except IllegalStateError:
                    continue  # went away in a rebalance just now
        return {tp: max(0, ends[tp] - position) for tp, position in positions.items()}, positions
