"""Brokers stop, are killed and come back: nothing acknowledged or committed is lost, nothing is done twice.

One file, so that one Apache Kafka and one cluster of three are enough for all of it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import pytest
from aiokafka import AIOKafkaProducer

from local.brokers.apache import ApacheKafka, ApacheNode
from local.brokers.broker import Broker, brokers_known
from shared.messaging.consumer import ConsumerLimits
from shared.messaging.envelope import Envelope
from shared.messaging.status import PartState
from tests.fixtures.chance import Chance
from tests.messaging.client import create, producer, read, topics
from tests.messaging.conftest import InBackground
from tests.messaging.station import QUICK, Station, assert_once_and_in_order, envelope, relay_is, station_on
from tests.waiting import eventually, until

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(900)]

_KEYS = 10
_LIMITS = ConsumerLimits(stalled_after=10.0)


@pytest.fixture
async def one_broker(own_apache_kafka: ApacheKafka, database_url: str) -> AsyncIterator[Station]:
    """A station on a single broker."""
    async with station_on(own_apache_kafka, database_url) as made:
        yield made


@pytest.fixture
async def three_brokers(apache_cluster: ApacheKafka, database_url: str) -> AsyncIterator[Station]:
    """A station on a cluster of three."""
    async with station_on(apache_cluster, database_url, copies=len(apache_cluster.nodes)) as made:
        yield made


@pytest.mark.parametrize("end", [lambda broker: broker.stop(), lambda broker: broker.kill()], ids=["stop", "kill"])
async def test_a_broker_that_ended_answers_no_more_and_comes_back_with_what_it_keeps(
    own_broker: Broker, end: Callable[[Broker], Awaitable[None]], topic: str
) -> None:
    port = int(own_broker.bootstrap.split(":")[1])
    await create(own_broker, topic)
    async with producer(own_broker) as client:
        await client.send_and_wait(topic, b"before", key=b"shelf")
        await end(own_broker)
        assert await brokers_known(port) == 0

        await own_broker.start()
        assert await brokers_known(port) == 1
        assert (topic in await topics(own_broker)) is own_broker.keeps_data
        if own_broker.keeps_data:
            await client.send_and_wait(topic, b"after", key=b"shelf")
            assert await read(own_broker, topic, count=2) == [b"before", b"after"]


async def test_the_relay_makes_a_new_producer_when_the_broker_comes_back(
    own_station: Station, own_broker: Broker, in_background: InBackground
) -> None:
    station = own_station
    station.kafka = station.kafka.model_copy(update={"ack_timeout_seconds": 1.0})
    async with station.messaging() as messaging:
        await station.commit([envelope(station.topic, "key", 1)])
        await until(station.all_sent)
        before = messaging.relay.status.last_progress
        await in_background(own_broker.kill())
        await station.commit([envelope(station.topic, "key", number) for number in range(2, 10)])
        await until(lambda: relay_is(messaging, PartState.BROKER_AWAY))
        assert [part.state.value for part in messaging.health()] == ["degraded"]
        await in_background(own_broker.start())
        await until(station.all_sent)
        # The broker's return is noted with the round after that.
        await eventually(lambda: messaging.relay.status.last_progress > before)
    numbers = [Envelope.from_record(record).aggregate_version for record in await station.on_topic()]
    assert list(dict.fromkeys(numbers)) == list(range(1, 10))


# Apache Kafka is killed more often below.
@pytest.mark.parametrize("own_broker", ["own_tansu"], indirect=True)
async def test_nothing_is_lost_when_the_broker_goes_and_comes_back(
    own_station: Station, own_broker: Broker, in_background: InBackground
) -> None:
    station = own_station
    station.kafka = station.kafka.model_copy(update={"ack_timeout_seconds": 3.0})
    sent = await station.commit_numbered(10, range(30))
    async with station.messaging(station.record_effects, limits=QUICK):
        await until(lambda: station.has_effects(len(sent) // 2))
        await in_background(own_broker.kill())
        sent += await station.commit_numbered(10, range(30, 60))
        await in_background(own_broker.start())
        sent += await station.commit_numbered(10, range(60, 90))
        await until(lambda: station.has_effects(len(sent)))
        await until(station.all_sent)
    assert_once_and_in_order(await station.effects(), sent)
    on_topic = {Envelope.from_record(record).id for record in await station.on_topic()}
    assert on_topic == {event.id for event in sent}, "the new broker did not get all events of the old one"


@pytest.mark.kafka
async def test_a_single_broker_killed_again_and_again_loses_nothing(
    one_broker: Station, own_apache_kafka: ApacheKafka, in_background: InBackground, chance: Chance
) -> None:
    async def kill(_: int) -> None:
        await in_background(own_apache_kafka.kill())
        await in_background(own_apache_kafka.start())

    await _nothing_is_lost(one_broker, kill, times=chance.kills(quick=2, deep=10))


@pytest.mark.kafka
async def test_three_brokers_killed_in_turn_lose_nothing_and_the_others_serve(
    three_brokers: Station, apache_cluster: ApacheKafka, in_background: InBackground, topic: str, chance: Chance
) -> None:
    await create(apache_cluster, topic, copies=3)
    sent: list[bytes] = []

    async def send(client: AIOKafkaProducer, value: bytes) -> None:
        sent.append(value)
        async with asyncio.timeout(60):
            await client.send_and_wait(topic, value, key=b"shelf")

    async def kill(number: int) -> None:
        node: ApacheNode = apache_cluster.nodes[number % 3]
        await send(client, b"before %d" % number)
        await in_background(node.kill())
        await send(client, b"during %d" % number)
        assert await read(apache_cluster, topic, count=len(sent)) == sent
        await in_background(node.start(known=3))

    async with producer(apache_cluster) as client:
        await _nothing_is_lost(three_brokers, kill, times=chance.kills(quick=3, deep=6))


async def _nothing_is_lost(station: Station, kill: Callable[[int], Awaitable[None]], *, times: int) -> None:
    sent: list[Envelope] = []
    async with station.messaging(station.record_effects, limits=_LIMITS):
        enough = asyncio.Event()
        load = asyncio.create_task(_load(station, sent, enough))
        for number in range(times):
            seen = await station.count_effects()
            await until(partial(station.has_effects, seen + 50), limit=100)
            await kill(number)
        enough.set()
        await load
        await until(station.all_sent, limit=100)
        await until(lambda: station.has_effects(len(sent)), limit=100)
    assert_once_and_in_order(await station.effects(), sent)
    on_topic = {Envelope.from_record(record).id for record in await station.on_topic()}
    assert on_topic == {event.id for event in sent}, "an acknowledged event is not on the topic"


async def _load(station: Station, sent: list[Envelope], enough: asyncio.Event) -> None:
    """Commits one event per key ten times a second."""
    number = 0
    while not enough.is_set():
        sent += await station.commit_numbered(_KEYS, range(number, number + 1))
        number += 1
        await asyncio.sleep(0.1)
