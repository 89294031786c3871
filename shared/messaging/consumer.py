"""A consumer: reads its topics as a member of a group until it is stopped. Must not know what a message means."""

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
from shared.messaging.backlog import Backlog
from shared.messaging.cluster import Cluster
from shared.messaging.dead_letters.telling import Tell, tell_nobody
from shared.messaging.fuse import Fused
from shared.messaging.handling import Batches, DatabaseAway, Delivery, Hold
from shared.messaging.membership import Gone, Home, Membership
from shared.messaging.raw import is_undecodable, read_raw
from shared.messaging.settings import KafkaSettings
from shared.messaging.status import PartState, PartStatus
from shared.messaging.subscription import BatchHandler, ConsumerLimits, Subscription
from shared.messaging.topic_ids import Identity
from shared.messaging.watchdog import Watchdog
from shared.supervisor import asked_to_end

__all__ = ["BatchHandler", "Consumer", "ConsumerLimits", "Subscription"]

_JOIN_SECONDS = 60.0
_STOP_SECONDS = 8.0
_POLL_SECONDS = 0.2
_WAIT_MS = 500
# Of all partitions together. Otherwise an answer may have 50 MB, and there are copies of it while the client reads it.
_FETCHED_BYTES = 1_048_576
# The embedded broker does not answer a fetch when a record arrives, but checks for one a few times until the wait is over:
# with the usual wait, each event would be late by up to 200 ms; with this one by half of that, and it costs little when idle.
_FORGETFUL_WAIT_MS = 250

log = structlog.get_logger(__name__)


class Consumer:
    """Runs one subscription while `run` runs. A Kafka client that fails is replaced by a new one."""

    def __init__(
        self,
        engine: AsyncEngine,
        subscription: Subscription,
        *,
        kafka: KafkaSettings,
        cluster: Cluster,
        clock: Clock,
        tell: Tell = tell_nobody,
    ) -> None:
        self._subscription = subscription
        self._limits = subscription.limits
        self._kafka = kafka
        self._cluster = cluster
        self._delivery = Delivery(engine, subscription, clock, tell)
        self.status = PartStatus(subscription.consumer, clock)
        self.backlog = Backlog(clock, most_waiting=kafka.most_waiting, allowed_seconds=kafka.behind_seconds)
        self._seen: Identity | None = None
        self._stop = asyncio.Event()
        self._fuse_reset = asyncio.Event()
        self._pause = Backoff(0.2, 10.0)
        self.client: AIOKafkaConsumer | None = None

    def stop(self) -> None:
        """Asks the consumer to finish the current batch, commit and leave its group."""
        self._stop.set()

    def reset_fuse(self) -> None:
        """Lets a consumer whose fuse has blown continue with the message at which it stopped."""
        self._delivery.fuse.reset()
        self._fuse_reset.set()

    async def run(self) -> None:
        """Consumes until stopped. After any error of the Kafka client, starts a new client after a growing pause."""
        while not self._stop.is_set():
            try:
                await self._session()
            except Fused as fused:
                await self._wait_for_reset(fused)
            except (KafkaError, OSError, TimeoutError, asyncio.CancelledError) as error:
                if asked_to_end():
                    raise
                self.status.enter(PartState.BROKER_AWAY, repr(error))
                metrics.RESTARTS.labels(self._subscription.consumer).inc()
                await self._wait(self._pause.next())
        self.status.enter(PartState.STOPPED)

    async def _wait_for_reset(self, fused: Fused) -> None:
        gauge = metrics.FUSED.labels(self._subscription.consumer)
        self._fuse_reset.clear()
        gauge.set(1)
        self.status.enter(PartState.FUSED, str(fused))
        waits = [asyncio.create_task(event.wait()) for event in (self._fuse_reset, self._stop)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        gauge.set(0)

    async def _session(self) -> None:
        """Runs one Kafka client from start to end."""
        identity = await self._cluster.identity()
        client = self._new_client()
        self._delivery.done.clear()
        home = Home(self._cluster, identity, before=self._seen)
        membership = Membership(client, self._delivery, home)
        client.subscribe(self._subscription.topics, listener=membership)
        watchdog = Watchdog(client, membership, self.status, self.backlog, stalled_after=self._limits.stalled_after)
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
            fetch_max_bytes=_FETCHED_BYTES,
            fetch_max_wait_ms=_WAIT_MS if self._kafka.idempotent else _FORGETFUL_WAIT_MS,
        )

    async def _join(self, client: AIOKafkaConsumer) -> None:
        """Starts the client and waits for an assignment, a stop or the time limit."""
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
            # aiokafka's stop() gives up at the first error, even at a fetch it cancelled itself, and leaves connections open.
            await client._client.close()

    async def _consume(
        self, client: AIOKafkaConsumer, membership: Membership, *, watchdog: Watchdog, watching: asyncio.Task[None]
    ) -> None:
        while not self._stop.is_set():
            if watching.done():
                watching.result()
            membership.resume_due()
            async with asyncio.timeout(self._limits.stalled_after):
                batches = await self._fetch(client, membership)
            # Checked after the fetch, so that records of a replaced log are not taken for the next ones; also after an empty
            # one, because the new log may end where the old one did.
            if not await membership.home.is_same():
                raise KafkaError("the cluster or a topic changed")
            if gone := await membership.missing(batches):
                raise Fused(_what_to_do(self._subscription.consumer, gone))
            if batches:
                with watchdog.at_work():
                    membership.hold(await self._apply(batches))
            membership.commit_every(self._limits.commit_every)
            self.status.enter(PartState.RETRYING if membership.holding else PartState.RUNNING)
            if batches:
                self._pause.reset()

    async def _fetch(self, client: AIOKafkaConsumer, membership: Membership) -> Batches:
        """Returns the next records. Where the client cannot decode one, reads a batch of each partition without its decoder."""
        try:
            fetched: Batches = await client.getmany(timeout_ms=int(_POLL_SECONDS * 1_000), max_records=self._limits.batch)
        except Exception as error:
            if not is_undecodable(error):
                raise
            log.warning("records not decoded", part=self.status.name, error=repr(error))
            return await read_raw(client, without=membership.holding)
        return fetched

    async def _apply(self, batches: Batches) -> Mapping[TopicPartition, Hold]:
        """Applies the batches and waits while the database is unavailable. Returns {} if stopped while waiting."""
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


def _what_to_do(consumer: str, gone: Mapping[TopicPartition, Gone]) -> str:
    places = "; ".join(f"{tp.topic}/{tp.partition} from {hole.next} to {hole.start - 1}" for tp, hole in sorted(gone.items()))
    partitions = " ".join(f"--topic {tp.topic}:{tp.partition}" for tp in sorted(gone))
    return (
        f"events that {consumer} has not read are no longer on Kafka: {places}. Give the topic the retention of "
        f"docs/decisions/0015, stop the service, go on without them by `kafka-consumer-groups.sh --group {consumer} "
        f"--reset-offsets --to-earliest {partitions} --execute`, start the service, and have the services that own the events "
        "publish them again: `python -m services.NAME.republish`, as docs/rebuilding.md says"
    )
