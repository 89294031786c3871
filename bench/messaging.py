"""Measures the messaging layer: the relay against a bare producer, the consumer against FastStream."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from aiokafka import AIOKafkaProducer
from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker
from pydantic import SecretStr
from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bench.table import Row
from local.brokers.tansu import Tansu
from local.machine.postgres import Postgres
from shared.clock import SystemClock
from shared.db.engine import create_engine
from shared.ids import new_id
from shared.messaging.envelope import Envelope
from shared.messaging.outbox import append
from shared.messaging.runtime import Messaging
from shared.messaging.settings import KafkaSettings
from shared.messaging.subscription import Subscription
from shared.messaging.tables import inbox, metadata, outbox
from shared.messaging.topics import TopicSpec, ensure_topics

_ROUNDS = 3
_EVENTS = 15_000
_ALL_EVENTS = _ROUNDS * _EVENTS
_FASTSTREAM_EVENTS = 6_000
_DATA = b'{"order_id":"0123456789abcdef","lines":[' + b'{"isbn":"9780141439518","copies":2},' * 8 + b"0]}"
_SETTLE_SECONDS = 120.0


def _events(topic: str, count: int) -> list[Envelope]:
    now = SystemClock().now()
    return [
        Envelope(
            id=new_id(),
            type="bench.event.published.v1",
            source="/bench",
            time=now,
            topic=topic,
            key=f"key-{number % 500}",
            subject="bench",
            data=_DATA,
            correlation_id="bench",
            causation_id=None,
            aggregate_version=number,
            council_id=None,
            traceparent=None,
        )
        for number in range(count)
    ]


async def _until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(_SETTLE_SECONDS):
        while not reached():  # noqa: ASYNC110 - the other side is a broker
            await asyncio.sleep(0.005)


async def measure(folder: Path) -> list[Row]:
    """Returns rows of the table; `folder` is for the database and the log of the run."""
    postgres, broker = Postgres(folder / "postgres"), Tansu(folder / "broker.log")
    await asyncio.gather(postgres.start(), broker.start())
    engine = create_engine(SecretStr(await postgres.create_database("bench")))
    kafka = KafkaSettings(bootstrap_servers=broker.bootstrap, idempotent=broker.idempotent, client_id="bench")
    try:
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        await ensure_topics(kafka, [TopicSpec("raw")])
        # In turn, so that what else the machine does meanwhile slows both.
        rounds = [(await _raw_producer(kafka), await _relay(engine, kafka)) for _ in range(_ROUNDS)]
        raw, relay = (median(rates) for rates in zip(*rounds, strict=True))
        consumer = await _consumer(engine, kafka)
        faststream = await _faststream(kafka)
    finally:
        await engine.dispose()
        await asyncio.gather(postgres.stop(), broker.stop())
    return [
        Row("relay from the outbox against a bare producer", relay, raw, "events/s", 0.6),
        Row("effectively-once consumer against FastStream with AckPolicy.ACK", consumer, faststream, "events/s", 10.0),
    ]


async def _raw_producer(kafka: KafkaSettings) -> float:
    """Returns events per second of a producer that gets ready records, 2,000 unacknowledged at a time."""
    events = _events("raw", _EVENTS)
    headers = [[(name, value.encode()) for name, value in event.headers.items()] for event in events]
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap_servers, acks="all", max_batch_size=262_144)
    await producer.start()
    begin = time.perf_counter()
    for start in range(0, _EVENTS, 2_000):
        part = range(start, min(start + 2_000, _EVENTS))
        sent = [await producer.send("raw", key=events[n].key.encode(), value=events[n].data, headers=headers[n]) for n in part]
        await asyncio.gather(*sent)
    seconds = time.perf_counter() - begin
    await producer.stop()
    return _EVENTS / seconds


async def _relay(engine: AsyncEngine, kafka: KafkaSettings) -> float:
    """Returns events per second of the relay, from a full outbox until the last event is marked as sent."""
    async with engine.begin() as connection:
        await connection.execute(delete(outbox))
        for start in range(0, _EVENTS, 5_000):
            await append(connection, _events("relayed", _EVENTS)[start : start + 5_000])
    messaging = Messaging(engine, kafka, SystemClock(), topics=[TopicSpec("relayed")])
    unsent = select(outbox.c.seq).where(outbox.c.sent_at.is_(None))
    count, oldest = select(func.count()).select_from(unsent.subquery()), unsent.order_by(outbox.c.seq).limit(1)
    async with messaging:
        await _first_mark(engine)
        async with engine.connect() as connection:
            begin, left = time.perf_counter(), int((await connection.execute(count)).scalar_one())
            # This query must be cheap, because it shares the cores with the relay.
            while (await connection.execute(oldest)).first():  # noqa: ASYNC110 - it is a table that changes
                await asyncio.sleep(0.02)
            seconds = time.perf_counter() - begin
    return left / seconds


async def _first_mark(engine: AsyncEngine) -> None:
    """Waits until the relay has begun, so that connecting is not measured, as for the bare producer."""
    sent = select(func.count()).select_from(outbox).where(outbox.c.sent_at.is_not(None))
    async with engine.connect() as connection, asyncio.timeout(_SETTLE_SECONDS):
        while not (await connection.execute(sent)).scalar_one():  # noqa: ASYNC110 - it is a table that changes
            await asyncio.sleep(0.002)


async def _consumer(engine: AsyncEngine, kafka: KafkaSettings) -> float:
    """Returns events per second from first to last effect, with inbox and effect in one transaction per batch."""
    seen: list[tuple[float, int]] = []

    async def handle(connection: AsyncConnection, events: Sequence[Envelope]) -> None:
        await connection.execute(text("UPDATE effects SET number = number + :more"), {"more": len(events)})
        seen.append((time.perf_counter(), len(events)))

    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE effects (number bigint NOT NULL)"))
        await connection.execute(text("INSERT INTO effects VALUES (0)"))
    async with Messaging(engine, kafka, SystemClock(), subscriptions=[Subscription("bench", ("relayed",), handle)]):
        await _until(lambda: sum(count for _, count in seen) >= _ALL_EVENTS)
    async with engine.connect() as connection:
        done = (await connection.execute(select(func.count()).select_from(inbox))).scalar_one()
    if done != _ALL_EVENTS:
        raise RuntimeError(f"{done} events in the inbox instead of {_ALL_EVENTS}")
    first, last = seen[0], seen[-1]
    return (_ALL_EVENTS - first[1]) / (last[0] - first[0])


async def _faststream(kafka: KafkaSettings) -> float:
    """Returns events per second of a FastStream subscriber that acknowledges after the handler, at least once, without effect."""
    broker = KafkaBroker(kafka.bootstrap_servers, logger=None)
    times: list[float] = []

    @broker.subscriber("raw", group_id="faststream", auto_offset_reset="earliest", ack_policy=AckPolicy.ACK)
    async def handle(body: dict[str, object]) -> None:
        assert body
        times.append(time.perf_counter())

    app = FastStream(broker, logger=None)
    running = asyncio.create_task(app.run())
    await _until(lambda: len(times) >= _FASTSTREAM_EVENTS)
    app.exit()
    await running
    return (_FASTSTREAM_EVENTS - 1) / (times[_FASTSTREAM_EVENTS - 1] - times[0])
