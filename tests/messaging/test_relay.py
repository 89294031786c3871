"""From the outbox to the topic."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiokafka.errors import KafkaError
from sqlalchemy import text

from shared.clock import ManualClock, SystemClock
from shared.messaging.cluster import Cluster
from shared.messaging.dead_letters.settling import (
    DeadLetterState,
    Decision,
    Filter,
    list_dead_letters,
    replay_dead_letter,
)
from shared.messaging.envelope import Envelope, Record
from shared.messaging.outbox import MAX_RECORD_BYTES, RecordTooLarge, append
from shared.messaging.relay import Relay
from shared.messaging.runtime import Messaging
from shared.messaging.settings import RelayLimits
from shared.messaging.status import PartState
from shared.messaging.topic_ids import Identity
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

    async def identity(self) -> Identity:
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


_FULL_DISK = (
    "CREATE SEQUENCE tries",
    """CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
        PERFORM nextval('tries'); RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END$$""",
    "CREATE TRIGGER full_disk BEFORE UPDATE ON outbox FOR EACH ROW EXECUTE FUNCTION full_disk()",
)


async def test_what_cannot_be_noted_on_a_full_disk_is_not_sent_again(station: Station) -> None:
    sent = await station.commit_numbered(1, range(20))
    for statement in _FULL_DISK:
        await station.change(statement)
    async with station.messaging() as messaging:
        await until(lambda: _tried(station, times=4))
        await until(lambda: relay_is(messaging, PartState.DATABASE_AWAY))
        assert "No space left on device" in messaging.health()[0].detail
        await station.change("DROP TRIGGER full_disk ON outbox")
        await until(station.all_sent)
    numbers = [Envelope.from_record(record).aggregate_version for record in await station.on_topic()]
    assert numbers == list(range(len(sent)))


async def _tried(station: Station, *, times: int) -> bool:
    ((tried,),) = await station.rows("SELECT last_value FROM tries")
    return int(tried) >= times


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
            await until(lambda: _are_both_back(first, second))
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
        clock.advance(timedelta(days=29, hours=23))
        await station.commit([envelope(station.topic, "late", 1)])
        await until(station.all_sent)
        assert len(await station.rows("SELECT 1 FROM outbox")) == 10
        clock.advance(timedelta(hours=2))
        await until(lambda: _outbox_holds(station, 1))


async def test_an_event_that_no_broker_would_take_is_refused_before_the_commit_whatever_makes_it_large(station: Station) -> None:
    small = envelope(station.topic, "key", 1)
    most = MAX_RECORD_BYTES - small.size() + len(small.data)
    large = [
        replace(small, data=b"x" * (most + 1)),
        replace(small, data=b"x" * most, traceparent="0"),
        replace(small, key="\N{SNOWMAN}" * 400_000),
        replace(small, correlation_id="x" * 1_000_000),
    ]
    async with station.engine.connect() as connection:
        for event in large:
            with pytest.raises(RecordTooLarge, match="bytes with key and headers"):
                await append(connection, [event])
        await append(connection, [replace(small, data=b"x" * most)])


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


async def _are_both_back(first: Messaging, second: Messaging) -> bool:
    """Returns whether one relay runs and the other stands by; or both run, if each took the locks of some shards."""
    states = {first.relay.status.state, second.relay.status.state}
    return PartState.RUNNING in states and states <= {PartState.RUNNING, PartState.STANDBY}


async def _no_unsent_in(station: Station, shards: tuple[int, int]) -> bool:
    return not await station.rows(f"SELECT 1 FROM outbox WHERE sent_at IS NULL AND shard IN {shards}")


async def _outbox_holds(station: Station, number: int) -> bool:
    return len(await station.rows("SELECT 1 FROM outbox")) == number


async def test_a_row_that_no_broker_takes_is_a_dead_letter_and_holds_nothing_up(station: Station) -> None:
    """The rows after it are sent, also those of its own key; replayed without the header that was too long, it is sent too."""
    first, large, later = (envelope(station.topic, "key", number) for number in range(3))
    await station.commit([first, large, later, *(envelope(station.topic, f"other-{n}", 1) for n in range(30))])
    await station.change(f"UPDATE outbox SET headers = {_with_traceparent(2_000_000)} WHERE event_id = '{large.id}'")
    async with station.messaging() as messaging:
        await until(station.all_sent)
        await until(lambda: relay_is_in_trouble(messaging))
        assert "1 event could not be sent" in messaging.health()[0].detail
        async with station.engine.connect() as connection:
            (letter,) = await list_dead_letters(connection, Filter(consumer="outbox"))
        assert (letter.event_id, letter.topic, letter.council_id, letter.key) == (large.id, station.topic, "GB-1", b"key")
        assert "MessageSizeTooLarge" in letter.reason
        assert ids_by_key(await station.on_topic())["key"] == [str(first.id), str(later.id)]

        decision = Decision("ann", letter.dead_at, "the header was cut")
        async with station.engine.begin() as connection:
            await replay_dead_letter(connection, letter.id, subscriptions=[], decision=decision)
        await until(station.all_sent)
        await until(lambda: relay_is_well(messaging))
    assert ids_by_key(await station.on_topic())["key"] == [str(first.id), str(later.id), str(large.id)]
    assert {Envelope.from_record(record) for record in await station.on_topic() if record.key == b"key"} == {first, large, later}


async def test_rows_are_sent_one_by_one_to_find_the_one_that_the_broker_refuses(station: Station) -> None:
    """Of its partition nothing goes before it is settled, and what the broker took of other partitions is not sent again."""
    await station.create_topic({"max.message.bytes": "300000"})
    sent = [envelope(station.topic, "key", number, data=b'"%s"' % (b"x" * 20_000)) for number in range(20)]
    large = envelope(station.topic, "key", 20, data=b'"%s"' % (b"x" * 400_000))
    later = envelope(station.topic, "key", 21)
    others = [envelope(station.topic, f"other-{number}", 1) for number in range(20)]
    await station.commit([*sent[:5], large, *sent[5:], *others, later])
    async with station.messaging():
        await until(station.all_sent)
    async with station.engine.connect() as connection:
        dead = [letter.event_id for letter in await list_dead_letters(connection, Filter())]
    found = [Envelope.from_record(record) for record in await station.on_topic()]
    of_key = [event.id for event in found if event.key == "key"]
    if dead:  # Tansu has no limit
        assert dead == [large.id]
        assert of_key == [event.id for event in (*sent, later)]
    else:
        assert of_key == [event.id for event in (*sent[:5], large, *sent[5:], later)]
    assert Counter(event.id for event in found if event.key != "key") == Counter(event.id for event in others)


async def test_an_event_that_is_refused_again_after_its_replay_is_the_same_dead_letter_again(station: Station) -> None:
    event = envelope(station.topic, "key", 1)
    await station.commit([event])
    await station.change(f"UPDATE outbox SET headers = {_with_traceparent(2_000_000)}")
    async with station.messaging():
        await until(station.all_sent)
        async with station.engine.begin() as connection:
            (letter,) = await list_dead_letters(connection, Filter())
            await replay_dead_letter(connection, letter.id, subscriptions=[], decision=Decision("ann", letter.dead_at))
            await connection.execute(text(f"UPDATE outbox SET headers = {_with_traceparent(2_000_000)} WHERE sent_at IS NULL"))
        await until(station.all_sent)
    async with station.engine.connect() as connection:
        (again,) = await list_dead_letters(connection, Filter())
    assert (again.id, again.state, again.attempts, again.settled_by) == (letter.id, DeadLetterState.DEAD, 2, None)


async def test_a_row_that_is_no_record_is_a_dead_letter_with_its_headers(station: Station) -> None:
    good, bad = envelope(station.topic, "good", 1), envelope(station.topic, "bad", 1)
    await station.commit([bad, good])
    await station.change(rf"""UPDATE outbox SET headers = '{{"odd": "\ud800"}}' WHERE event_id = '{bad.id}'""")
    async with station.messaging():
        await until(station.all_sent)
    assert set(ids_by_key(await station.on_topic())) == {"good"}
    async with station.engine.connect() as connection:
        (letter,) = await list_dead_letters(connection, Filter())
    assert letter.headers == [("odd", b"\xed\xa0\x80")]


def _with_traceparent(length: int) -> str:
    return f"(headers::jsonb || jsonb_build_object('traceparent', repeat('0', {length})))::json"


async def relay_is_in_trouble(messaging: Messaging) -> bool:
    return bool(messaging.relay.status.trouble)


async def relay_is_well(messaging: Messaging) -> bool:
    return not messaging.relay.status.trouble
