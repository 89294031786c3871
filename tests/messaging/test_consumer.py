"""From the topic to effects, and what happens to messages that fail."""

import asyncio
import json
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from aiokafka.structs import ConsumerRecord
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.health import HealthState
from shared.messaging.consumer import BatchHandler, ConsumerLimits
from shared.messaging.dead_letters.settling import (
    DeadLetterState,
    Decision,
    Filter,
    discard_dead_letter,
    get_dead_letter,
    list_dead_letters,
    replay_dead_letter,
)
from shared.messaging.envelope import Envelope
from shared.messaging.errors import DeadLetterSettled, NoSuchDeadLetter, Poison, ReasonRequired, RetryLater
from shared.messaging.runtime import Messaging
from shared.messaging.status import PartState
from tests.messaging.station import Station, assert_once_and_in_order, envelope
from tests.waiting import eventually, until


async def test_each_event_has_one_effect_in_the_order_of_its_key_even_if_repeated(station: Station) -> None:
    sent = await station.commit_numbered(10, range(60))
    async with station.messaging():
        await until(station.all_sent)
    async with station.engine.begin() as connection:
        await connection.execute(text("UPDATE outbox SET sent_at = NULL WHERE seq % 3 = 0"))
    async with station.messaging(station.record_effects) as messaging:
        await until(lambda: station.has_effects(len(sent)))
        sent += await station.commit_numbered(10, range(60, 70))
        await until(lambda: station.has_effects(len(sent)))
        await until(station.all_sent)
        await until(lambda: _has_no_lag(messaging, station))
    assert len(await station.on_topic()) == len(sent) + 200
    assert_once_and_in_order(await station.effects(), sent)


async def test_what_fails_for_now_holds_up_its_own_partition_only(station: Station) -> None:
    open_again = asyncio.Event()

    async def handle(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
        for event in envelopes:
            if event.key == "key-3" and event.aggregate_version == 5 and not open_again.is_set():
                raise RetryLater("closed at noon", after=0.01)
        await station.record_effects(connection, envelopes)

    sent = await station.commit_numbered(12, range(20))
    async with station.messaging(handle) as messaging:
        await until(station.all_sent)
        records = [Envelope.from_record(r) for p in [await _partition_of(station, "key-3")] for r in p]
        held = {event.key for event in records}
        others = [event for event in sent if event.key not in held]
        assert others, "all keys fell into one partition"
        await until(lambda: station.has_effects(len(others)))
        await until(lambda: _consumer_is(messaging, station, PartState.RETRYING))
        assert ("key-3", 5) not in {(key, number) for _, key, number in await station.effects()}
        open_again.set()
        await until(lambda: station.has_effects(len(sent)))
    assert_once_and_in_order(await station.effects(), sent)


async def test_poison_is_kept_whole_and_the_partition_goes_on(station: Station) -> None:
    state = {"fixed": False}

    async def handle(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
        for event in envelopes:
            if state["fixed"]:
                continue
            if event.aggregate_version == 1:
                raise Poison("no such branch")
            if event.aggregate_version == 2:
                raise KeyError("a mistake of ours")
            if event.aggregate_version == 3:
                raise RetryLater("away")
        await station.record_effects(connection, envelopes)

    limits = ConsumerLimits(first_pause=0.01, longest_pause=0.02, retry_attempts=4, unexpected_attempts=3)
    events = [envelope(station.topic, "key", number, data=b'{"n": %d}' % number) for number in range(6)]
    await station.commit(events)
    async with station.messaging(handle, limits=limits):
        await until(lambda: station.has_effects(3))
        await until(station.all_sent)
    assert [number for _, _, number in await station.effects()] == [0, 4, 5]

    async with station.engine.connect() as connection:
        letters = {letter.event_id: letter for letter in await list_dead_letters(connection, Filter())}
    poison, mistake, away = (letters[events[number].id] for number in (1, 2, 3))
    assert poison.reason == "no such branch"
    assert "KeyError" in mistake.reason
    assert (poison.attempts, mistake.attempts, away.attempts) == (1, 3, 4)
    assert away.reason.startswith("gave up after 4 attempts")
    assert (poison.consumer, poison.topic, poison.council_id) == (station.consumer, station.topic, "GB-1")
    assert Envelope.from_record(poison) == events[1]
    assert poison.first_failed_at <= poison.dead_at
    records = await station.on_topic()
    assert records[poison.offset].offset == poison.offset
    assert {r.offset: list(r.headers) for r in records if r.partition == poison.partition}[poison.offset] == poison.headers

    announced = await station.on_topic(f"{station.consumer}-dead-letters")
    assert {json.loads(record.value)["dead_letter_id"] for record in announced} == {str(letter.id) for letter in letters.values()}
    assert await station.rows(f"SELECT outcome FROM inbox WHERE event_id = '{events[1].id}'") == [("dead",)]

    state["fixed"] = True
    await _settle_dead_letters(station, handle, letters=[poison.id, mistake.id, away.id], replayed=events[1])


async def _settle_dead_letters(station: Station, handle: BatchHandler, *, letters: list[UUID], replayed: Envelope) -> None:
    """A second replay has no effect, discarding needs a reason, and a letter is never both replayed and discarded."""
    subscriptions = [station.subscription(handle)]
    who = Decision(actor="ann", at=replayed.time)
    why = Decision(actor="ben", at=replayed.time, reason="a duplicate from the old system")
    first, second, third = letters
    for _ in range(2):
        async with station.engine.begin() as connection:
            letter = await replay_dead_letter(connection, first, subscriptions=subscriptions, decision=who)
        assert (letter.state, letter.settled_by) == (DeadLetterState.REPLAYED, "ann")
    assert [effect[0] for effect in await station.effects()].count(replayed.id) == 1
    assert await station.rows(f"SELECT outcome FROM inbox WHERE event_id = '{replayed.id}'") == [("applied",)]
    async with station.engine.begin() as connection:
        with pytest.raises(ReasonRequired):
            await discard_dead_letter(connection, second, decision=Decision("ben", replayed.time, "  "))
        for _ in range(2):
            letter = await discard_dead_letter(connection, second, decision=why)
        assert (letter.state, letter.settled_reason) == (DeadLetterState.DISCARDED, why.reason)
        with pytest.raises(DeadLetterSettled):
            await discard_dead_letter(connection, first, decision=why)
        with pytest.raises(DeadLetterSettled):
            await replay_dead_letter(connection, second, subscriptions=subscriptions, decision=who)
        with pytest.raises(Poison, match="no consumer"):
            await replay_dead_letter(connection, third, subscriptions=[], decision=who)
        with pytest.raises(NoSuchDeadLetter):
            await get_dead_letter(connection, uuid4())
        assert [letter.id for letter in await list_dead_letters(connection, Filter(state=DeadLetterState.DEAD))] == [third]
        newest = await list_dead_letters(connection, Filter(limit=2, consumer=station.consumer))
        rest = await list_dead_letters(connection, Filter(after=newest[-1].id))
        assert {letter.id for letter in newest + rest} == set(letters)
        assert await list_dead_letters(connection, Filter(council_id="GB-2")) == []


async def test_a_few_bad_records_among_many_cost_few_transactions(station: Station) -> None:
    transactions: list[int] = []

    async def handle(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
        transactions.append(len(envelopes))
        if any(event.aggregate_version in (70, 200) for event in envelopes):
            raise Poison("no such branch")
        await station.record_effects(connection, envelopes)

    events = [envelope(station.topic, "key", number) for number in range(256)]
    await station.commit(events)
    async with station.messaging():
        await until(station.all_sent)
    async with station.messaging(handle):
        await until(lambda: station.has_effects(254))
        await until(lambda: _dead(station, 2))
    assert len(transactions) < 60
    good = [event for event in events if event.aggregate_version not in (70, 200)]
    assert_once_and_in_order(await station.effects(), good)


async def test_records_that_are_no_events_are_dead_letters_byte_for_byte(station: Station) -> None:
    no_type, no_value, odd = (_headers(envelope(station.topic, "key", number)) for number in range(3))
    no_type = [header for header in no_type if header[0] != "ce_type"]
    cases: list[tuple[bytes | None, list[tuple[str, bytes]]]] = [
        (b"not json", []),
        (b"{}", no_type),
        (None, no_value),
        (b"{}", [*odd, ("odd", b"\xff\x00")]),
    ]
    good = envelope(station.topic, "key-0", 4)
    async with station.messaging(station.record_effects) as messaging:
        await until(lambda: _consumer_is(messaging, station, PartState.RUNNING))
        for value, headers in cases:
            await station.publish(value, headers)
        await station.commit([good])
        await until(lambda: station.has_effects(1))
    async with station.engine.connect() as connection:
        letters = sorted(await list_dead_letters(connection, Filter()), key=lambda letter: letter.offset)
    assert [(letter.value, letter.headers) for letter in letters] == cases
    wrong = ["missing headers: ce_id", "missing headers: ce_type", "no value", "not UTF-8"]
    assert all(text in letter.reason for text, letter in zip(wrong, letters, strict=True))


def _headers(event: Envelope) -> list[tuple[str, bytes]]:
    return [(name, value.encode()) for name, value in event.headers.items()]


async def test_the_fuse_stops_a_consumer_that_finds_nothing_but_poison(station: Station) -> None:
    state = {"broken": True}

    async def handle(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
        if state["broken"]:
            raise Poison("a bad deployment")
        await station.record_effects(connection, envelopes)

    limits = ConsumerLimits(fuse_consecutive=5)
    sent = [envelope(station.topic, "key", number) for number in range(20)]
    await station.commit(sent)
    async with station.messaging(handle, limits=limits) as messaging:
        await until(lambda: _consumer_is(messaging, station, PartState.FUSED))
        assert await _dead(station, 4)
        assert not await _dead(station, 5)
        assert "degraded" in {part.state.value for part in messaging.health()}
        state["broken"] = False
        messaging.consumers[station.consumer].reset_fuse()
        await until(lambda: station.has_effects(16))
    assert [number for _, _, number in await station.effects()] == list(range(4, 20))


async def test_a_consumer_that_no_longer_moves_is_replaced(station: Station) -> None:
    async with station.messaging(station.record_effects) as messaging:
        sent = await station.commit_numbered(4, range(3))
        await until(lambda: station.has_effects(len(sent)))
        stuck = messaging.consumers[station.consumer].client
        assert stuck is not None
        stuck.pause(*stuck.assignment())  # what a stuck aiokafka looks like: alive, in its group, fetching nothing
        sent += await station.commit_numbered(4, range(3, 6))
        await until(lambda: station.has_effects(len(sent)))
        assert messaging.consumers[station.consumer].client is not stuck
    assert_once_and_in_order(await station.effects(), sent)


async def test_a_partition_that_waits_for_too_long_degrades_the_consumer_until_it_moves(station: Station) -> None:
    open_again = asyncio.Event()

    async def handle(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
        if not open_again.is_set():
            raise RetryLater("the order is not known yet")
        await station.record_effects(connection, envelopes)

    station.kafka = station.kafka.model_copy(update={"behind_seconds": 0.5})
    async with station.messaging(handle) as messaging:
        sent = await station.commit_numbered(1, range(3))
        await until(lambda: _is_behind(messaging))
        assert f"of {station.topic} has been at offset 0 since 2" in messaging.health()[1].detail
        # While an attempt is due and the broker has not given its records again, the consumer is `running`.
        await eventually(lambda: messaging.consumers[station.consumer].status.state is PartState.RETRYING)
        open_again.set()
        await until(lambda: station.has_effects(len(sent)))
        await until(lambda: _is_well(messaging))


async def test_a_lag_that_stays_large_degrades_the_consumer_although_it_moves(station: Station) -> None:
    steps = asyncio.Semaphore(0)

    async def handle(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
        await steps.acquire()
        await station.record_effects(connection, envelopes)

    station.kafka = station.kafka.model_copy(update={"behind_seconds": 0.5, "most_waiting": 10})
    limits = ConsumerLimits(batch=1, stalled_after=3.0)
    async with station.messaging(handle, limits=limits) as messaging:
        sent = await station.commit_numbered(1, range(200))

        async def is_behind_after_one_more() -> bool:
            steps.release()
            return await _is_behind(messaging)

        await until(is_behind_after_one_more)
        assert "more than 10 messages have waited since 2" in messaging.health()[1].detail
        for _ in sent:
            steps.release()
        await until(lambda: station.has_effects(len(sent)))
        await until(lambda: _is_well(messaging))


async def test_two_members_share_the_partitions_and_one_takes_over_from_the_other(station: Station) -> None:
    def reader(name: str) -> BatchHandler:
        async def handle(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
            await station.record_effects(connection, envelopes)
            await connection.execute(text("UPDATE effect SET reader = :name WHERE reader IS NULL"), {"name": name})

        return handle

    sent: list[Envelope] = []
    async with station.messaging(reader("first")) as first:
        await until(lambda: _consumer_is(first, station, PartState.RUNNING))
        async with station.messaging(reader("second")) as second:
            writing = asyncio.create_task(_write_until_both_read(station, sent))
            await asyncio.wait_for(writing, 120)
            await until(lambda: station.has_effects(len(sent)))
            await until(lambda: _consumer_is(second, station, PartState.RUNNING))
        sent += await station.commit_numbered(12, range(10_000, 10_005))
        await until(lambda: station.has_effects(len(sent)))
    assert_once_and_in_order(await station.effects(), sent)


async def test_a_lost_database_connection_is_no_fault_of_the_message(station: Station) -> None:
    state = {"cut": 3}

    async def handle(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
        await station.record_effects(connection, envelopes)
        if state["cut"] > 0:
            state["cut"] -= 1
            await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    limits = ConsumerLimits(first_pause=0.01, unexpected_attempts=1)
    sent = await station.commit_numbered(3, range(3))
    async with station.messaging(handle, limits=limits):
        await until(lambda: station.has_effects(len(sent)))
    assert_once_and_in_order(await station.effects(), sent)
    assert await station.rows("SELECT 1 FROM dead_letter") == []


async def _write_until_both_read(station: Station, sent: list[Envelope]) -> None:
    number = 0
    while len(await station.rows("SELECT DISTINCT reader FROM effect")) < 2:
        sent += await station.commit_numbered(12, range(number, number + 1))
        number += 1
        await asyncio.sleep(0.1)


async def _partition_of(station: Station, key: str) -> list[ConsumerRecord]:
    records = await station.on_topic()
    mine = {record.partition for record in records if record.key == key.encode()}
    return [record for record in records if record.partition in mine]


async def _consumer_is(messaging: Messaging, station: Station, state: PartState) -> bool:
    return messaging.consumers[station.consumer].status.state is state


async def _has_no_lag(messaging: Messaging, station: Station) -> bool:
    return messaging.consumers[station.consumer].status.lag == 0


async def _dead(station: Station, number: int) -> bool:
    return len(await station.rows("SELECT 1 FROM dead_letter")) >= number


async def _is_behind(messaging: Messaging) -> bool:
    return "waited since" in messaging.health()[1].detail or "has been at offset" in messaging.health()[1].detail


async def _is_well(messaging: Messaging) -> bool:
    return all(check.state is HealthState.OK for check in messaging.health())
