"""From the outbox to the topic."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from aiokafka.errors import KafkaError
from sqlalchemy import text

from shared.clock import ManualClock, SystemClock
from shared.messaging.cluster import Cluster
from shared.messaging.envelope import Envelope, Record
from shared.messaging.outbox import MAX_DATA_BYTES, append
from shared.messaging.relay import Relay
from shared.messaging.runtime import Messaging
from shared.messaging.settings import RelayLimits
from shared.messaging.status import PartState
from tests.messaging.station import Station, envelope, relay_is
from tests.waiting import until


def ids_by_key(records: Sequence[Record]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for record in records:
        event = Envelope.from_record(record)
        found.setdefault(event.key, []).append(str(event.id))
    return found


async def test_events_arrive_whole_and_in_order_of_their_key(station: Station) -> None:
    sent = await station.commit_numbered(10, range(60))
    async with station.messaging():
        await until(station.all_sent)
    records = await station.on_topic()
    expected: dict[str, list[str]] = {}
    for event in sent:
        expected.setdefault(event.key, []).append(str(event.id))
    assert ids_by_key(records) == expected
    assert {Envelope.from_record(record) for record in records} == set(sent)


async def test_many_batches_one_behind_the_other_send_each_event_once_and_in_order(station: Station) -> None:
    sent = await station.commit_numbered(10, range(30))
    async with station.messaging(relay_limits=RelayLimits(batch=7)):
        await until(station.all_sent)
    found = [Envelope.from_record(record) for record in await station.on_topic()]
    assert len(found) == len(sent)
    for key in {event.key for event in sent}:
        assert [event for event in found if event.key == key] == [event for event in sent if event.key == key]


class Silent(Cluster):
    """A cluster that does not answer one of the questions for its identity."""

    def __init__(self, station: Station, *, unanswered: int) -> None:
        super().__init__(station.kafka, station.topics)
        self.asked = 0
        self._unanswered = unanswered

    async def identity(self) -> str:
        self.asked += 1
        if self.asked == self._unanswered:
            raise KafkaError("no broker answers")
        return await super().identity()


async def test_what_was_acknowledged_is_not_sent_again_when_no_broker_answers_before_the_next_batch(station: Station) -> None:
    await station.commit_numbered(1, range(20))
    cluster, clock = Silent(station, unanswered=4), SystemClock()
    limits = RelayLimits(batch=5)
    relay = Relay(station.engine, kafka=station.kafka, cluster=cluster, clock=clock, shards=range(4), limits=limits)
    running = asyncio.create_task(relay.run())
    await until(station.all_sent)
    relay.stop()
    await running
    await cluster.close()

    numbers = [Envelope.from_record(record).aggregate_version for record in await station.on_topic()]
    assert numbers == list(range(20))
    assert cluster.asked > 4


async def test_a_failing_commit_publishes_nothing(station: Station) -> None:
    lost, kept = envelope(station.topic, "lost", 1), envelope(station.topic, "kept", 1)
    async with station.messaging():
        with pytest.raises(ZeroDivisionError):
            await _append_and_fail(station, lost)
        await station.commit([kept])
        await until(station.all_sent)
    assert ids_by_key(await station.on_topic()) == {"kept": [str(kept.id)]}


async def test_an_event_is_sent_soon_after_its_commit_and_not_at_the_next_look(station: Station) -> None:
    async with station.messaging(relay_limits=RelayLimits(poll_seconds=600)) as messaging:
        await station.commit([envelope(station.topic, "first", 1)])
        await until(station.all_sent)
        await until(lambda: relay_is(messaging, PartState.RUNNING))
        await station.commit([envelope(station.topic, "second", 1)])
        await until(station.all_sent)


async def test_another_relay_takes_over_when_the_one_with_the_locks_loses_its_connection(station: Station) -> None:
    first, second = station.messaging(), station.messaging()
    async with first:
        await station.commit([envelope(station.topic, "key", 1)])
        await until(station.all_sent)
        async with second:
            await until(lambda: relay_is(second, PartState.STANDBY))
            # Of this database alone: tests of other workers use the same server.
            mine = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            await station.rows(
                f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND {mine}"
            )
            sent = await station.commit_numbered(5, range(2, 20))
            await until(station.all_sent)
            await until(lambda: _are_one_running_and_one_standing_by(first, second))
    keys = ids_by_key(await station.on_topic())
    assert {key: list(dict.fromkeys(ids)) for key, ids in keys.items() if key != "key"} == {
        f"key-{key}": [str(event.id) for event in sent if event.key == f"key-{key}"] for key in range(5)
    }


async def test_relays_of_different_shards_share_the_work(station: Station) -> None:
    async with station.messaging(shards=[0, 1]):
        sent = await station.commit_numbered(20, range(5))
        await until(lambda: _no_unsent_in(station, (0, 1)))
        left = await station.rows("SELECT DISTINCT shard FROM outbox WHERE sent_at IS NULL")
        assert {row[0] for row in left} == {2, 3}
        async with station.messaging(shards=[2, 3]):
            await until(station.all_sent)
    assert len(await station.on_topic()) == len(sent)


async def test_sent_rows_stay_until_retention_ends(station: Station) -> None:
    clock = ManualClock(datetime(2026, 3, 2, tzinfo=UTC))
    limits = RelayLimits(cleaning_seconds=0.05, poll_seconds=0.05)
    messaging = Messaging(station.engine, station.kafka, clock, topics=station.topics, relay_limits=limits)
    async with messaging:
        await station.commit_numbered(3, range(3))
        await until(station.all_sent)
        assert len(await station.rows("SELECT 1 FROM outbox")) == 9
        clock.advance(timedelta(days=6, hours=23))
        await station.commit([envelope(station.topic, "late", 1)])
        await until(station.all_sent)
        assert len(await station.rows("SELECT 1 FROM outbox")) == 10
        clock.advance(timedelta(hours=2))
        await until(lambda: _outbox_holds(station, 1))


async def test_data_that_no_broker_would_take_is_refused_before_the_commit(station: Station) -> None:
    async with station.engine.connect() as connection:
        with pytest.raises(ValueError, match="bytes of data"):
            await append(connection, [envelope(station.topic, "key", 1, data=b"x" * (MAX_DATA_BYTES + 1))])


async def test_appending_many_events_is_one_statement_in_the_order_given(station: Station) -> None:
    events = [envelope(station.topic, "key", number) for number in range(500)]
    async with station.engine.begin() as connection:
        await append(connection, events)
        rows = (await connection.execute(text("SELECT event_id FROM outbox ORDER BY seq"))).scalars()
        assert list(rows) == [event.id for event in events]


async def _append_and_fail(station: Station, event: Envelope) -> None:
    async with station.engine.begin() as connection:
        await append(connection, [event])
        raise ZeroDivisionError


async def _are_one_running_and_one_standing_by(first: Messaging, second: Messaging) -> bool:
    return {first.relay.status.state, second.relay.status.state} == {PartState.RUNNING, PartState.STANDBY}


async def _no_unsent_in(station: Station, shards: tuple[int, int]) -> bool:
    return not await station.rows(f"SELECT 1 FROM outbox WHERE sent_at IS NULL AND shard IN {shards}")


async def _outbox_holds(station: Station, number: int) -> bool:
    return len(await station.rows("SELECT 1 FROM outbox")) == number
