"""Apache Kafka is killed repeatedly under load: nothing acknowledged or committed is lost, nothing is done twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import pytest
from pydantic import SecretStr

from local.brokers.apache import ApacheKafka, ApacheNode
from shared.db.engine import create_engine
from shared.messaging.consumer import ConsumerLimits
from shared.messaging.envelope import Envelope
from shared.messaging.settings import KafkaSettings
from tests.fixtures.chance import Chance
from tests.messaging.conftest import InBackground
from tests.messaging.station import Station, assert_once_and_in_order
from tests.waiting import until

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(900)]

_KEYS = 10
_LIMITS = ConsumerLimits(stalled_after=10.0)


@pytest.fixture
async def one_broker(own_apache_kafka: ApacheKafka, database_url: str) -> AsyncIterator[Station]:
    """A station on a single broker."""
    async for made in _station(own_apache_kafka, database_url):
        yield made


@pytest.fixture
async def three_brokers(apache_cluster: ApacheKafka, database_url: str) -> AsyncIterator[Station]:
    """A station on a cluster of three."""
    async for made in _station(apache_cluster, database_url):
        yield made


async def test_a_single_broker_killed_again_and_again_loses_nothing(
    one_broker: Station, own_apache_kafka: ApacheKafka, in_background: InBackground, chance: Chance
) -> None:
    async def kill(_: int) -> None:
        await in_background(own_apache_kafka.kill())
        await in_background(own_apache_kafka.start())

    await _nothing_is_lost(one_broker, kill, times=chance.kills(quick=4, deep=10))


async def test_three_brokers_killed_in_turn_lose_nothing(
    three_brokers: Station, apache_cluster: ApacheKafka, in_background: InBackground, chance: Chance
) -> None:
    async def kill(number: int) -> None:
        node: ApacheNode = apache_cluster.nodes[number % 3]
        await in_background(node.kill())
        await asyncio.sleep(1)  # the outage itself: long enough for the others to notice
        await in_background(node.start(known=3))

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
    """Commits one event per key every few hundredths of a second."""
    number = 0
    while not enough.is_set():
        sent += await station.commit_numbered(_KEYS, range(number, number + 1))
        number += 1
        await asyncio.sleep(0.03)


async def _station(cluster: ApacheKafka, url: str) -> AsyncIterator[Station]:
    engine = create_engine(SecretStr(url))
    made = Station(engine, cluster)
    made.kafka = KafkaSettings(
        bootstrap_servers=cluster.bootstrap,
        client_id=f"station-{made.number}",
        replication_factor=len(cluster.nodes),
        session_timeout_ms=6_000,
    )
    await made.create_tables()
    yield made
    await engine.dispose()
