"""A topic that was deleted and created again, in a cluster that stays: its records are sent and read again."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import OffsetAndMetadata

from local.brokers.broker import Broker
from shared.messaging.cluster import Cluster
from shared.messaging.envelope import Envelope
from shared.messaging.status import PartState
from tests.messaging.client import admin
from tests.messaging.station import Station, assert_once_and_in_order, envelope
from tests.waiting import until

Replace = Callable[[Broker, Station], Awaitable[None]]
# Tansu does not keep for which log an offset was committed.
_KEEPS_METADATA = pytest.mark.parametrize("broker", [pytest.param("apache_kafka", marks=pytest.mark.kafka)], indirect=True)


async def delete_and_create(broker: Broker, station: Station) -> None:
    """What a person does who wants the topic empty."""
    await delete(broker, station)
    await station.create_topic({})


async def delete(broker: Broker, station: Station) -> None:
    """Leaves it to the messaging layer to create the topic again."""
    async with admin(broker) as client:
        assert (await client.delete_topics([station.topic])).topic_error_codes[0][1] == 0


@pytest.mark.parametrize("replace", [delete_and_create, delete])
async def test_what_a_deleted_topic_had_is_sent_again_while_the_relay_runs(
    station: Station, broker: Broker, replace: Replace
) -> None:
    sent = await station.commit_numbered(5, range(10))
    async with station.messaging():
        await until(station.all_sent)
        ((old,),) = await station.rows("SELECT DISTINCT sent_cluster FROM outbox")
        await replace(broker, station)
        # A broker gives what a deleted topic had for some time yet: only the marks show that the new one has everything.
        await until(lambda: _all_sent_elsewhere(station, old), limit=60)
        assert await _on_topic_are(station, sent)
        sent += await station.commit_numbered(5, range(10, 12))
        await until(station.all_sent)
    numbers: dict[str, list[int]] = {}
    for event in map(Envelope.from_record, await station.on_topic()):
        numbers.setdefault(event.key, []).append(event.aggregate_version)
    assert {key: list(dict.fromkeys(found)) for key, found in numbers.items()} == {
        f"key-{key}": list(range(12)) for key in range(5)
    }


async def test_what_a_deleted_topic_had_is_sent_again_by_a_relay_that_did_not_run(station: Station, broker: Broker) -> None:
    sent = await station.commit_numbered(5, range(10))
    async with station.messaging():
        await until(station.all_sent)
    await delete_and_create(broker, station)
    async with station.messaging(station.record_effects):
        await until(lambda: station.has_effects(len(sent)))
        await until(station.all_sent)
    assert_once_and_in_order(await station.effects(), sent)
    assert await _on_topic_are(station, sent)


async def test_what_was_marked_before_topics_had_an_identity_is_not_sent_again(station: Station) -> None:
    await station.commit_numbered(5, range(10))
    async with station.messaging():
        await until(station.all_sent)
    await station.change("UPDATE outbox SET sent_cluster = split_part(sent_cluster, '/', 1)")
    async with station.messaging():
        await station.commit([envelope(station.topic, "key", 1)])
        await until(station.all_sent)
    assert len(await station.on_topic()) == 51


async def test_a_consumer_reads_a_new_topic_that_ends_where_the_old_one_did(station: Station, broker: Broker) -> None:
    """What it had read is gone from the outbox too, so nothing but the topic's identity shows that five events wait."""
    first = [envelope(station.topic, "key", number) for number in range(5)]
    async with station.messaging(station.record_effects, shards=[]) as reading:
        async with station.messaging():
            await station.commit(first)
            await until(lambda: station.has_effects(5))
            await until(station.all_sent)
        await station.change("DELETE FROM outbox")
        await delete_and_create(broker, station)
        second = [envelope(station.topic, "key", number) for number in range(5, 10)]
        await station.commit(second)
        async with station.messaging():
            await until(lambda: station.has_effects(10), limit=60)
        assert reading.consumers[station.consumer].status.state is PartState.RUNNING
    assert_once_and_in_order(await station.effects(), [*first, *second])


@_KEEPS_METADATA
async def test_an_offset_committed_for_a_deleted_topic_hides_nothing_of_the_new_one(station: Station, broker: Broker) -> None:
    """As a consumer commits that ends before it notices that the topic was created again."""
    old = await _log_of(station)
    await delete_and_create(broker, station)
    await _commit(station, OffsetAndMetadata(3, old))
    sent = [envelope(station.topic, "key", number) for number in range(5)]
    await station.commit(sent)
    async with station.messaging(station.record_effects):
        await until(lambda: station.has_effects(5))
    assert_once_and_in_order(await station.effects(), sent)


@_KEEPS_METADATA
@pytest.mark.parametrize("known", [True, False], ids=["for_this_log", "by_an_earlier_release"])
async def test_reading_goes_on_at_an_offset_that_was_committed_for_the_topic(station: Station, known: bool) -> None:
    log = await _log_of(station)
    sent = [envelope(station.topic, "key", number) for number in range(5)]
    await station.commit(sent)
    async with station.messaging():
        await until(station.all_sent)
    await _commit(station, OffsetAndMetadata(3, log if known else ""))
    async with station.messaging(station.record_effects):
        await until(lambda: station.has_effects(2))
    assert_once_and_in_order(await station.effects(), sent[3:])


async def _log_of(station: Station) -> str:
    """Creates the topic and returns the identity of its log."""
    cluster = Cluster(station.kafka, station.topics)
    try:
        return (await cluster.identity()).log(station.topic)
    finally:
        await cluster.close()


async def _commit(station: Station, offset: OffsetAndMetadata) -> None:
    """Commits the same offset for all partitions in the name of the station's consumer."""
    client = AIOKafkaConsumer(
        station.topic,
        bootstrap_servers=station.kafka.bootstrap_servers,
        group_id=station.consumer,
        enable_auto_commit=False,
    )
    await client.start()
    try:
        await client.commit(dict.fromkeys((TopicPartition(station.topic, number) for number in range(4)), offset))
    finally:
        await client.stop()


async def _all_sent_elsewhere(station: Station, old: str) -> bool:
    return not await station.rows(f"SELECT 1 FROM outbox WHERE sent_at IS NULL OR sent_cluster = '{old}' LIMIT 1")


async def _on_topic_are(station: Station, sent: Sequence[Envelope]) -> bool:
    found: set[UUID] = {Envelope.from_record(record).id for record in await station.on_topic()}
    return found == {event.id for event in sent}
