"""A small service for the tests: a database, a broker, events to send and a ledger of effects."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.structs import ConsumerRecord
from pydantic import SecretStr
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from local.brokers.broker import Broker
from shared.clock import SystemClock
from shared.db.engine import create_engine
from shared.messaging.consumer import BatchHandler, ConsumerLimits, Subscription
from shared.messaging.envelope import Envelope
from shared.messaging.outbox import append
from shared.messaging.runtime import Messaging
from shared.messaging.settings import KafkaSettings, RelayLimits
from shared.messaging.status import PartState
from shared.messaging.tables import metadata
from shared.messaging.topics import TopicSpec

_numbers = count(1)
_run = uuid4().hex[:8]
QUICK = ConsumerLimits(first_pause=0.05, longest_pause=0.4, retry_attempts=200, unexpected_attempts=3, stalled_after=3.0)


def envelope(topic: str, key: str, number: int, *, data: bytes = b"{}") -> Envelope:
    """Returns event number `number` of the aggregate `key`."""
    return Envelope(
        id=uuid4(),
        type="things.thing.happened.v1",
        source="/things",
        time=datetime(2026, 3, 2, 12, 0, tzinfo=UTC),
        topic=topic,
        key=key,
        subject=key,
        data=data,
        correlation_id="c-1",
        causation_id=None,
        aggregate_version=number,
        council_id="GB-1",
        traceparent=None,
    )


class Station:
    """One service under test. Each has a topic and a consumer name of its own, so that brokers can be shared."""

    def __init__(self, engine: AsyncEngine, broker: Broker, *, copies: int = 1) -> None:
        """`copies`: how many brokers keep each record."""
        self.number = next(_numbers)
        self.engine = engine
        self.topic = f"things-{_run}-{self.number}"
        self.consumer = f"reader-{_run}-{self.number}"
        self.kafka = KafkaSettings(
            bootstrap_servers=broker.bootstrap,
            idempotent=broker.idempotent,
            client_id=f"station-{self.number}",
            replication_factor=copies,
            session_timeout_ms=6_000,
        )
        self.topics = [TopicSpec(self.topic, partitions=4)]

    async def create_tables(self) -> None:
        """Creates the messaging layer's tables and the ledger of effects."""
        async with self.engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
            await connection.execute(text("CREATE TABLE effect (place serial, event_id uuid, key text, number int, reader text)"))

    async def create_topic(self, configs: dict[str, str]) -> None:
        """Creates the topic with settings of its own before the messaging layer does."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka.bootstrap_servers)
        await admin.start()
        try:
            await admin.create_topics([NewTopic(self.topic, 4, self.kafka.replication_factor, topic_configs=configs)])
        finally:
            await admin.close()

    async def commit(self, envelopes: Sequence[Envelope]) -> None:
        """Appends to the outbox and commits."""
        async with self.engine.begin() as connection:
            await append(connection, envelopes)

    async def commit_numbered(self, keys: int, numbers: range) -> list[Envelope]:
        """Commits, for each number, one event per key in one transaction."""
        events = [[envelope(self.topic, f"key-{key}", number) for key in range(keys)] for number in numbers]
        for batch in events:
            await self.commit(batch)
        return [event for batch in events for event in batch]

    def messaging(
        self,
        handle: BatchHandler | None = None,
        *,
        limits: ConsumerLimits = QUICK,
        shards: Sequence[int] = range(4),
        relay_limits: RelayLimits | None = None,
    ) -> Messaging:
        """Returns a relay, and a consumer with this handler if one is given."""
        subscriptions = [] if handle is None else [self.subscription(handle, limits)]
        return Messaging(
            self.engine,
            self.kafka,
            SystemClock(),
            topics=self.topics,
            subscriptions=subscriptions,
            relay_limits=(relay_limits or RelayLimits()).model_copy(update={"shards": tuple(shards)}),
        )

    def subscription(self, handle: BatchHandler, limits: ConsumerLimits = QUICK) -> Subscription:
        """Returns this station's subscription with a handler."""
        return Subscription(self.consumer, (self.topic,), handle, limits)

    async def record_effects(self, connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
        """A handler that writes one effect per event."""
        insert = text("INSERT INTO effect (event_id, key, number) VALUES (:id, :key, :number)")
        rows = [{"id": event.id, "key": event.key, "number": event.aggregate_version} for event in envelopes]
        await connection.execute(insert, rows)

    async def effects(self) -> list[tuple[UUID, str, int]]:
        """Returns event id, key and number of each effect, in the order of the ledger."""
        rows = await self.rows("SELECT event_id, key, number FROM effect ORDER BY place")
        return [(row.event_id, row.key, row.number) for row in rows]

    async def rows(self, query: str) -> list[Row[Any]]:
        """Returns the rows of a query."""
        async with self.engine.connect() as connection:
            return list((await connection.execute(text(query))).all())

    async def change(self, statement: str) -> None:
        """Executes a statement and commits."""
        async with self.engine.begin() as connection:
            await connection.execute(text(statement.replace(":", "\\:")))

    async def has_effects(self, number: int) -> bool:
        """Returns whether `number` effects are in the ledger."""
        return await self.count_effects() >= number

    async def count_effects(self) -> int:
        """Returns how many effects are in the ledger."""
        ((counted,),) = await self.rows("SELECT count(*) FROM effect")
        return int(counted)

    async def all_sent(self) -> bool:
        """Returns whether everything in the outbox was sent."""
        return not await self.rows("SELECT 1 FROM outbox WHERE sent_at IS NULL LIMIT 1")

    async def publish(self, value: bytes | None, headers: list[tuple[str, bytes]], *, key: bytes = b"key-0") -> None:
        """Sends a record to the topic without the outbox."""
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka.bootstrap_servers, acks="all")
        await producer.start()
        try:
            await producer.send_and_wait(self.topic, value, key=key, headers=headers)
        finally:
            await producer.stop()

    async def on_topic(self, topic: str | None = None) -> list[ConsumerRecord]:
        """Returns every record on the topic, partition by partition."""
        name = topic or self.topic
        client = AIOKafkaConsumer(
            bootstrap_servers=self.kafka.bootstrap_servers, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        await client.start()
        try:
            await client._client.force_metadata_update()
            partitions = [TopicPartition(name, number) for number in range(4)]
            client.assign(partitions)
            ends = await client.end_offsets(partitions)
            found: list[ConsumerRecord] = []
            async with asyncio.timeout(60):
                # Tansu reports too low an end after a batch of several records, so an empty fetch must confirm the end.
                while (batches := await client.getmany(timeout_ms=400)) or len(found) < sum(ends.values()):
                    found += [record for records in batches.values() for record in records]
            return sorted(found, key=lambda record: (record.partition, record.offset))
        finally:
            await client.stop()


@asynccontextmanager
async def station_on(broker: Broker, database_url: str, *, copies: int = 1) -> AsyncIterator[Station]:
    """A station with its tables in an empty database."""
    engine = create_engine(SecretStr(database_url))
    try:
        made = Station(engine, broker, copies=copies)
        await made.create_tables()
        yield made
    finally:
        await engine.dispose()


async def relay_is(messaging: Messaging, state: PartState) -> bool:
    """Returns whether the relay is in a state."""
    return messaging.relay.status.state is state


def assert_once_and_in_order(effects: Sequence[tuple[UUID, str, int]], sent: Sequence[Envelope]) -> None:
    """Asserts that every event had exactly one effect, and that the effects of each key are in order."""
    assert len(effects) == len({effect[0] for effect in effects}), "an event had two effects"
    assert {effect[0] for effect in effects} == {event.id for event in sent}, "an event was lost or invented"
    for key in {event.key for event in sent}:
        numbers = [number for _, effect_key, number in effects if effect_key == key]
        assert numbers == sorted(numbers), f"{key} out of order"
