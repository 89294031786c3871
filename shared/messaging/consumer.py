"""A consumer: reads its topics as a member of a group, and never ends by itself. What a message means is the handler's."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.backoff import Backoff
from shared.clock import Clock
from shared.messaging import metrics
from shared.messaging.cluster import Cluster
from shared.messaging.fuse import Fused
from shared.messaging.handling import Batches, DatabaseAway, Delivery, Hold
from shared.messaging.membership import Home, Membership
from shared.messaging.settings import KafkaSettings
from shared.messaging.status import PartState, PartStatus
from shared.messaging.subscription import BatchHandler, ConsumerLimits, Subscription
from shared.messaging.supervisor import asked_to_end
from shared.messaging.watchdog import Watchdog

__all__ = ["BatchHandler", "Consumer", "ConsumerLimits", "Subscription"]

_JOIN_SECONDS = 60.0
_STOP_SECONDS = 8.0
_POLL_SECONDS = 0.2

log = structlog.get_logger(__name__)


class Consumer:
    """Runs one subscription for as long as `run` runs, with as many Kafka clients one after the other as it takes."""

    def __init__(
        self, engine: AsyncEngine, subscription: Subscription, *, kafka: KafkaSettings, cluster: Cluster, clock: Clock
    ) -> None:
        self._subscription = subscription
        self._limits = subscription.limits
        self._kafka = kafka
        self._cluster = cluster
        self._delivery = Delivery(engine, subscription, clock)
        self.status = PartStatus(subscription.consumer, clock)
        self._seen: str | None = None
        self._stop = asyncio.Event()
        self._mended = asyncio.Event()
        self._pause = Backoff(0.2, 10.0)
        self.client: AIOKafkaConsumer | None = None

    def stop(self) -> None:
        """Ask the consumer to finish the batch at hand, commit and leave its group."""
        self._stop.set()

    def reset_fuse(self) -> None:
        """Let a fused consumer go on from the message at which it stopped."""
        self._delivery.fuse.reset()
        self._mended.set()

    async def run(self) -> None:
        """Consume until stopped. Every error out of the Kafka client means a new client, after a pause that grows."""
        while not self._stop.is_set():
            try:
                await self._session()
            except Fused as fused:
                await self._stand_still(fused)
            except (KafkaError, OSError, TimeoutError, asyncio.CancelledError) as error:
                if asked_to_end():
                    raise
                self.status.enter(PartState.BROKER_AWAY, repr(error))
                metrics.RESTARTS.labels(self._subscription.consumer).inc()
                await self._wait(self._pause.next())
        self.status.enter(PartState.STOPPED)

    async def _stand_still(self, fused: Fused) -> None:
        gauge = metrics.FUSED.labels(self._subscription.consumer)
        self._mended.clear()
        gauge.set(1)
        self.status.enter(PartState.FUSED, str(fused))
        waits = [asyncio.create_task(event.wait()) for event in (self._mended, self._stop)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        gauge.set(0)

    async def _session(self) -> None:
        """One Kafka client from its start to its end."""
        identity = await self._cluster.identity()
        client = self._new_client()
        self._delivery.done.clear()
        # A cluster that replaced one seen before knows nothing of us, whatever was committed to it meanwhile.
        home = Home(self._cluster, identity, forgotten=self._seen not in (None, identity))
        membership = Membership(client, self._delivery, home)
        client.subscribe(self._subscription.topics, listener=membership)
        watchdog = Watchdog(client, membership, self.status, stalled_after=self._limits.stalled_after)
        watching: asyncio.Task[None] | None = None
        try:
            await self._join(client)
            if self._stop.is_set():
                return
            self._seen = identity
            self.client = client
            watching = asyncio.create_task(watchdog.watch())
            await self._consume(client, membership, watchdog=watchdog, watching=watching)
        finally:
            self.client = None
            if watching is not None:
                watching.cancel()
            await self._leave(client, membership)

    def _new_client(self) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            bootstrap_servers=self._kafka.bootstrap_servers,
            client_id=self._kafka.client_id,
            group_id=self._subscription.consumer,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=self._kafka.session_timeout_ms,
            heartbeat_interval_ms=min(3_000, self._kafka.session_timeout_ms // 3),
            max_poll_interval_ms=300_000,
            request_timeout_ms=30_000,
            metadata_max_age_ms=30_000,
        )

    async def _join(self, client: AIOKafkaConsumer) -> None:
        """Start the client and wait for an assignment, a stop or the time limit."""
        joining = asyncio.create_task(client.start())
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({joining, stopping}, timeout=_JOIN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if joining.done():
                joining.result()
            elif not stopping.done():
                raise TimeoutError("the group could not be joined")
        finally:
            joining.cancel()
            stopping.cancel()

    async def _leave(self, client: AIOKafkaConsumer, membership: Membership) -> None:
        await membership.commit()
        try:
            await asyncio.wait_for(client.stop(), _STOP_SECONDS)
        except (KafkaError, OSError, TimeoutError, asyncio.CancelledError) as error:
            if asked_to_end():
                raise
            log.info("kafka client dropped", part=self.status.name, error=repr(error))
            # Its stop ends at the first trouble, be that a fetch it cancelled itself, and leaves the connections open.
            await client._client.close()

    async def _consume(
        self, client: AIOKafkaConsumer, membership: Membership, *, watchdog: Watchdog, watching: asyncio.Task[None]
    ) -> None:
        while not self._stop.is_set():
            if watching.done():
                watching.result()
            membership.resume_due()
            async with asyncio.timeout(self._limits.stalled_after):
                batches: Batches = await client.getmany(timeout_ms=int(_POLL_SECONDS * 1_000), max_records=self._limits.batch)
            if batches:
                # Asked after the fetch: what a changed broker sent must not be taken for what comes next.
                if not await membership.home.is_same():
                    raise KafkaError("the cluster changed")
                with watchdog.at_work():
                    membership.hold(await self._apply(batches))
            membership.commit_every(self._limits.commit_every)
            self.status.enter(PartState.RETRYING if membership.holding else PartState.RUNNING)
            if batches:
                self._pause.reset()

    async def _apply(self, batches: Batches) -> Mapping[TopicPartition, Hold]:
        """Apply, however long the database takes; nothing when stopped while waiting for it."""
        pause = Backoff(0.1, 5.0)
        while True:
            try:
                return await self._delivery.apply(batches)
            except DatabaseAway as error:
                self.status.enter(PartState.DATABASE_AWAY, str(error))
                await self._wait(pause.next())
                if self._stop.is_set():
                    return {}

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)
