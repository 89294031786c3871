"""What Kafka deletes before it was read, and what it would delete too soon."""

from collections.abc import Sequence

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import RecordsToDelete
from sqlalchemy.ext.asyncio import AsyncConnection

from local.brokers.broker import Broker
from shared.health import HealthState
from shared.messaging.envelope import Envelope
from shared.messaging.errors import RetryLater
from shared.messaging.runtime import Messaging
from shared.messaging.status import PartState
from shared.messaging.topics import TopicSpec
from tests.messaging.client import admin
from tests.messaging.station import Station, envelope, relay_is
from tests.waiting import until

# Tansu keeps everything while it runs.
pytestmark = [
    pytest.mark.parametrize("broker", [pytest.param("apache_kafka", marks=pytest.mark.kafka)], indirect=True),
]


async def test_a_consumer_stops_where_events_that_it_has_not_read_are_gone(station: Station, broker: Broker) -> None:
    await station.commit([envelope(station.topic, "key", number) for number in range(5)])
    async with station.messaging(station.record_effects):
        await until(lambda: station.has_effects(5))
    await station.commit([envelope(station.topic, "key", number) for number in range(5, 10)])
    async with station.messaging():
        await until(station.all_sent)
    place = await _trim(station, broker, before=8)
    async with station.messaging(station.record_effects) as messaging:
        await until(lambda: _is_stopped(messaging, station))
        detail = messaging.consumers[station.consumer].status.detail
        assert f"are no longer on Kafka: {station.topic}/{place.partition} from 5 to 7." in detail
        reset = f"--group {station.consumer} --reset-offsets --to-earliest --topic {station.topic}:{place.partition} --execute"
        assert reset in detail
        assert "`python -m services.NAME.republish`, as docs/rebuilding.md says" in detail
        assert "degraded" in {part.state.value for part in messaging.health()}
    assert await station.count_effects() == 5


async def test_a_consumer_that_deletion_overtakes_while_it_retries_stops_too(station: Station, broker: Broker) -> None:
    state = {"ready": False}

    async def handle(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
        if not state["ready"] and any(event.aggregate_version == 5 for event in envelopes):
            raise RetryLater("not yet")
        await station.record_effects(connection, envelopes)

    await station.commit([envelope(station.topic, "key", number) for number in range(10)])
    async with station.messaging(handle) as messaging:
        await until(lambda: station.has_effects(5))
        await until(lambda: _is(messaging, station, PartState.RETRYING))
        place = await _trim(station, broker, before=8)
        await until(lambda: _is_stopped(messaging, station))
        assert f"{station.topic}/{place.partition} from 5 to 7." in messaging.consumers[station.consumer].status.detail
    assert [number for _, _, number in await station.effects()] == list(range(5))


async def test_a_consumer_that_never_read_starts_with_what_is_there(station: Station, broker: Broker) -> None:
    await station.commit([envelope(station.topic, "key", number) for number in range(10)])
    async with station.messaging():
        await until(station.all_sent)
    await _trim(station, broker, before=8)
    async with station.messaging(station.record_effects):
        await until(lambda: station.has_effects(2))
    assert [number for _, _, number in await station.effects()] == [8, 9]


@pytest.mark.parametrize(
    ("configs", "found"),
    [
        ({"retention.ms": "604800000"}, ["retention.ms of topic {} is 604800000, should be -1"]),
        ({"retention.ms": "-1", "retention.bytes": "1000000"}, ["retention.bytes of topic {} is 1000000, should be -1"]),
        ({"retention.ms": "-1", "cleanup.policy": "compact"}, ["cleanup.policy of topic {} is compact, should be delete"]),
        ({}, ["retention.ms of topic {} is 604800000, should be -1"]),
        ({"retention.ms": "-1"}, []),
    ],
    ids=["days", "bytes", "compacted", "broker_default", "for_ever"],
)
async def test_a_topic_that_kafka_empties_too_soon_degrades_the_service(
    station: Station, configs: dict[str, str], found: list[str]
) -> None:
    await station.create_topic(configs)
    async with station.messaging() as messaging:
        await until(lambda: relay_is(messaging, PartState.RUNNING))
        degraded = {part.name: part.detail for part in messaging.health() if part.state is HealthState.DEGRADED}
    advice = "; docs/decisions/0015 says how to change it"
    assert degraded == ({"topics": found[0].format(station.topic) + advice} if found else {})


async def test_a_topic_created_here_keeps_its_events_as_long_as_its_spec_says(station: Station) -> None:
    station.topics = [TopicSpec(station.topic, partitions=4, retention_days=14)]
    async with station.messaging() as messaging:
        await until(lambda: relay_is(messaging, PartState.RUNNING))
        assert [part.state for part in messaging.health()] == [HealthState.OK]
    station.topics = [TopicSpec(station.topic, partitions=4, retention_days=15)]
    async with station.messaging() as messaging:
        await until(lambda: relay_is(messaging, PartState.RUNNING))
        assert [part.name for part in messaging.health() if part.state is HealthState.DEGRADED] == ["topics"]


async def _trim(station: Station, broker: Broker, *, before: int) -> TopicPartition:
    """Deletes the records before an offset from the one partition that has any, as retention would."""
    (number,) = {record.partition for record in await station.on_topic()}
    place = TopicPartition(station.topic, number)
    async with admin(broker) as client:
        assert await client.delete_records({place: RecordsToDelete(before)}) == {place: before}
    return place


async def _is_stopped(messaging: Messaging, station: Station) -> bool:
    return await _is(messaging, station, PartState.FUSED)


async def _is(messaging: Messaging, station: Station, state: PartState) -> bool:
    return messaging.consumers[station.consumer].status.state is state
