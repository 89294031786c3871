"""The inbox of a consumer is trimmed, and an event that it then no longer knows is not handled twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import uuid4

import pytest
from aiokafka import TopicPartition
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.clock import ManualClock, SystemClock
from shared.db.engine import create_engine
from shared.messaging.dead_letters.settling import Decision, Filter, discard_dead_letter, list_dead_letters
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison
from shared.messaging.fuse import Fused
from shared.messaging.handling import Delivery
from shared.messaging.subscription import Subscription
from shared.messaging.trimming import LETTER_DAYS, Trimming

PLACE = TopicPartition("things", 0)
DAYS = 90


@dataclass(frozen=True)
class Delivered:
    """A record as Kafka delivers it."""

    offset: int
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    topic: str = PLACE.topic
    partition: int = PLACE.partition
    key: bytes | None = b"key"


@dataclass
class Reader:
    """A consumer without Kafka, on a clock that starts now: the inbox has the database's time."""

    engine: AsyncEngine
    handled: list[Envelope] = field(default_factory=list)
    clock: ManualClock = field(default_factory=lambda: ManualClock(SystemClock().now()))
    offset: int = 0

    def an_event(self) -> Envelope:
        return Envelope(
            id=uuid4(), type="things.thing.happened.v1", source="/things", time=self.clock.now(), topic=PLACE.topic, key="key",
            subject="key", data=b"{}", correlation_id="c-1", causation_id=None, aggregate_version=1, council_id="GB-1",
            traceparent=None,
        )  # fmt: skip

    async def reads(self, *events: Envelope) -> None:
        """Delivers events in one batch, at the next offsets."""
        records = [
            Delivered(self.offset + place, event.data, [(name, text.encode()) for name, text in event.headers.items()])
            for place, event in enumerate(events)
        ]
        self.offset += len(events)
        await Delivery(self.engine, Subscription("reader", (PLACE.topic,), self._handle), self.clock).apply({PLACE: records})

    async def _handle(self, _: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
        if any(envelope.type == "poison" for envelope in envelopes):
            raise Poison("it is poison")
        self.handled += envelopes

    async def trims_after(self, days: int) -> int:
        """Lets days pass and trims; returns how many events the inbox knows then."""
        self.clock.advance(timedelta(days=days))
        await Trimming(self.engine, ["reader"], self.clock, inbox_days=DAYS).trim()
        return await self.count("inbox")

    async def count(self, table: str) -> int:
        async with self.engine.connect() as connection:
            return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


@pytest.fixture
async def reader(database_from: Callable[[str], str]) -> AsyncIterator[Reader]:
    engine = create_engine(SecretStr(database_from("services.orders")))
    yield Reader(engine)
    await engine.dispose()


async def test_events_are_known_for_ninety_days(reader: Reader) -> None:
    event, other = reader.an_event(), reader.an_event()
    await reader.reads(event, other)
    assert await reader.trims_after(DAYS - 1) == 2
    await reader.reads(event, other)
    assert reader.handled == [event, other]
    assert await reader.trims_after(2) == 0


async def test_a_consumer_stops_at_an_event_of_before_the_trim(reader: Reader) -> None:
    event = reader.an_event()
    await reader.reads(event)
    await reader.trims_after(DAYS + 2)
    young = reader.an_event()
    for batch in ([event], [young, event]):
        with pytest.raises(Fused, match=r"again or very late: the inbox knows only what was handled since .* docs/rebuilding.md"):
            await reader.reads(*batch)
    assert reader.handled == [event, young]
    assert await reader.count("dead_letter") == 0


async def test_an_event_published_again_is_taken_whatever_its_age(reader: Reader) -> None:
    event = reader.an_event()
    await reader.reads(event)
    await reader.trims_after(DAYS + 2)
    again = replace(event, id=uuid4(), republished=True)
    await reader.reads(again)
    assert reader.handled == [event, again]


async def test_a_consumer_that_never_trimmed_takes_events_of_any_age(reader: Reader) -> None:
    event = reader.an_event()
    reader.clock.advance(timedelta(days=1000))
    await reader.reads(event)
    assert reader.handled == [event]


async def test_an_event_with_an_unsettled_dead_letter_stays_known_and_settled_letters_go_after_a_year(reader: Reader) -> None:
    await reader.reads(replace(reader.an_event(), type="poison"))
    assert await reader.trims_after(DAYS + LETTER_DAYS) == 1
    async with reader.engine.begin() as connection:
        (letter,) = await list_dead_letters(connection, Filter())
        await discard_dead_letter(connection, letter.id, decision=Decision("ann", reader.clock.now(), "not ours"))
    assert await reader.trims_after(0) == 0
    assert await reader.count("dead_letter") == 1
    await reader.trims_after(LETTER_DAYS + 1)
    assert await reader.count("dead_letter") == 0
