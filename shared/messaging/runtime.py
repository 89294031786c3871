"""Runs relay and consumers as one part of a process: starts them, restarts them, reports their health, drains them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from sqlalchemy.ext.asyncio import AsyncEngine

from shared.backoff import Backoff
from shared.clock import Clock
from shared.health import Health, HealthState
from shared.messaging.cluster import Cluster
from shared.messaging.consumer import Consumer
from shared.messaging.dead_letters.telling import Tell, tell_nobody
from shared.messaging.outbox import SHARDS
from shared.messaging.relay import Relay
from shared.messaging.settings import KafkaSettings, RelayLimits
from shared.messaging.status import PartState, PartStatus
from shared.messaging.subscription import Subscription
from shared.messaging.topics import TopicSpec, dead_letter_topic
from shared.messaging.trimming import Trimming
from shared.supervisor import DRAIN_SECONDS, keep_going

ALL_SHARDS = tuple(range(SHARDS))
_WELL = (PartState.RUNNING, PartState.STANDBY, PartState.RETRYING)


class Messaging:
    """The relay of some shards and the consumers of some subscriptions, for one database and one Kafka cluster.

    Use it as an async context manager, or run `run()` as a task and cancel that; both drain. `topics` specifies the topics
    to create; topics of subscriptions that are not in it are created with the defaults. `tell` makes the event that is published
    about a message that is given up.
    """

    name = "messaging"

    def __init__(
        self,
        engine: AsyncEngine,
        kafka: KafkaSettings,
        clock: Clock,
        *,
        topics: Sequence[TopicSpec] = (),
        subscriptions: Sequence[Subscription] = (),
        relay_limits: RelayLimits | None = None,
        tell: Tell = tell_nobody,
    ) -> None:
        self._cluster = Cluster(kafka, _all_topics(topics, subscriptions))
        limits = relay_limits or RelayLimits()
        self.relay = Relay(
            engine,
            kafka=kafka,
            cluster=self._cluster,
            clock=clock,
            shards=ALL_SHARDS if limits.shards is None else limits.shards,
            limits=limits,
            tell=tell,
        )
        self.consumers = {
            subscription.consumer: Consumer(engine, subscription, kafka=kafka, cluster=self._cluster, clock=clock, tell=tell)
            for subscription in subscriptions
        }
        self.trimming = Trimming(engine, list(self.consumers), clock, service=kafka.client_id, inbox_days=kafka.inbox_days)
        self._running: asyncio.Task[None] | None = None
        # aiokafka logs hundreds of lines a minute while a broker is away; one line of ours reports the same.
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL)

    async def run(self) -> None:
        """Works until cancelled; then finishes the current batches, commits, and leaves the groups, within `DRAIN_SECONDS`."""
        parts: list[Relay | Consumer | Trimming] = [self.relay, *self.consumers.values(), self.trimming]
        tasks = [asyncio.create_task(_kept_going(part), name=part.status.name) for part in parts]
        try:
            await asyncio.wait(tasks)
        finally:
            for part in parts:
                part.stop()
            await asyncio.wait(tasks, timeout=DRAIN_SECONDS)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._cluster.close()

    async def __aenter__(self) -> Self:
        self._running = asyncio.create_task(self.run(), name=self.name)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    def parts(self) -> list[PartStatus]:
        """Returns state, last progress and lag of the relay and of each consumer."""
        return [self.relay.status, *(consumer.status for consumer in self.consumers.values())]

    def health(self) -> list[Health]:
        """Returns the same for `/readyz`, and topics that are emptied too soon.

        A part that does not work or is behind, and such a topic, degrade the service, but do not fail it.
        """
        behind = {consumer.status.name: consumer.backlog.overdue() for consumer in self.consumers.values()}
        parts = [_health(part, behind.get(part.name, "")) for part in self.parts()]
        if found := "; ".join(self._cluster.shortfalls):
            parts.append(Health("topics", HealthState.DEGRADED, f"{found}; docs/decisions/0015 says how to change it"))
        return parts


async def _kept_going(part: Relay | Consumer | Trimming) -> None:
    await keep_going(part.status.name, part.run, Backoff(0.5, 15.0), on_failure=part.status.failed)


def _health(part: PartStatus, behind: str) -> Health:
    state = HealthState.OK if part.state in _WELL and not part.trouble and not behind else HealthState.DEGRADED
    lag = "" if part.lag is None else f", {part.lag} waiting"
    detail = f"{part.state.value}{lag}, last progress {part.last_progress.isoformat()}"
    return Health(part.name, state, " ".join(filter(None, [detail, part.detail, part.trouble, behind])))


def _all_topics(topics: Sequence[TopicSpec], subscriptions: Sequence[Subscription]) -> list[TopicSpec]:
    specs = {spec.name: spec for spec in topics}
    for subscription in subscriptions:
        for topic in (*subscription.topics, dead_letter_topic(subscription.consumer)):
            specs.setdefault(topic, TopicSpec(topic))
    return list(specs.values())
