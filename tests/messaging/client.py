"""A plain Kafka client, for what a broker does without the messaging layer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from local.brokers.broker import Broker


@asynccontextmanager
async def admin(broker: Broker) -> AsyncIterator[AIOKafkaAdminClient]:
    """A connected admin client."""
    client = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await client.start()
    try:
        yield client
    finally:
        await client.close()


async def create(broker: Broker, topic: str, *, copies: int = 1) -> None:
    """Creates a topic of two partitions, each kept by `copies` brokers."""
    async with admin(broker) as client:
        answer = await client.create_topics([NewTopic(topic, 2, copies)])
    assert answer.topic_errors[0][1] == 0


async def topics(broker: Broker) -> set[str]:
    """Returns the names of all topics."""
    async with admin(broker) as client:
        return set(await client.list_topics())


@asynccontextmanager
async def producer(broker: Broker) -> AsyncIterator[AIOKafkaProducer]:
    """A connected producer, whose records count as sent once all brokers that must keep them have them."""
    client = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, acks="all", enable_idempotence=broker.idempotent)
    await client.start()
    try:
        yield client
    finally:
        await client.stop()


async def read(broker: Broker, topic: str, *, count: int) -> list[bytes]:
    """Returns the first `count` values of a topic."""
    client = AIOKafkaConsumer(topic, bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest")
    await client.start()
    try:
        async with asyncio.timeout(60):
            return [(await client.getone()).value for _ in range(count)]
    finally:
        await client.stop()
