"""Measures every consumer with events of one key: those that it applies, and those that do not concern it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aiokafka import AIOKafkaProducer
from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bench import events
from bench.table import Row
from local.brokers.tansu import Tansu
from local.machine.postgres import Postgres
from services.catalogue import incoming as catalogue
from services.dashboard import incoming as dashboard
from services.delivery import incoming as delivery
from services.evidence import incoming as evidence
from services.lms import incoming as lms
from services.orders import incoming as orders
from services.suppliers import incoming as suppliers
from shared.bus import to_envelope
from shared.clock import SystemClock
from shared.contracts.base import Event
from shared.db.engine import create_engine
from shared.db.migrations import upgrade_to_head
from shared.messaging.envelope import Envelope
from shared.messaging.runtime import Messaging
from shared.messaging.settings import KafkaSettings
from shared.messaging.subscription import Subscription
from shared.messaging.tables import dead_letter, inbox
from shared.messaging.topics import TopicSpec, ensure_topics

# Ten batches of each kind. What is slow for 100,000 is slow for these, unless it gets slower with every event.
_EVENTS = 5_000
_WANTED = 2_000.0
_SETTLE_SECONDS = 300.0
_CLOCK = SystemClock()
_SUPPLIERS = ("consortium", "national")


@dataclass(frozen=True, slots=True)
class _Consumer:
    """A consumer, and what it gets: events that it applies, made after its database is ready, and events that it passes over."""

    package: str
    subscription: Subscription
    applied: Callable[[AsyncConnection], Awaitable[Iterable[Event]]]
    foreign: Iterable[Event]


def _consumers() -> list[_Consumer]:
    async def records(_: AsyncConnection) -> Iterable[Event]:
        return events.records(_EVENTS)

    async def of_orders(_: AsyncConnection) -> Iterable[Event]:
        return events.placed_and_progressed(_EVENTS)

    async def of_suppliers(connection: AsyncConnection) -> Iterable[Event]:
        return await events.sent_and_answered(connection, _EVENTS)

    cancelled, asked, advised = events.cancellations(_EVENTS), events.requests(_EVENTS), events.despatches(_EVENTS)
    return [
        _Consumer("services.orders", orders.subscription(_CLOCK), of_suppliers, advised),
        _Consumer("services.catalogue", catalogue.subscription(_CLOCK), records, list(cancelled)),
        _Consumer("services.delivery", delivery.subscription(_CLOCK), of_orders, events.cancellations(_EVENTS)),
        _Consumer("services.dashboard", dashboard.subscription(), of_orders, asked),
        _Consumer("services.evidence", evidence.subscription(), of_orders, asked),
        # The events are older than changes are kept.
        _Consumer("services.lms", lms.subscription(_CLOCK, days=3_650), of_orders, asked),
        *(_exchange(supplier_id) for supplier_id in _SUPPLIERS),
    ]


def _exchange(supplier_id: str) -> _Consumer:
    async def of_orders(_: AsyncConnection) -> Iterable[Event]:
        return events.placed_and_progressed(_EVENTS, supplier_id)

    subscription = suppliers.subscription(events.exchange(supplier_id, _CLOCK))
    return _Consumer("services.suppliers", subscription, of_orders, events.placed(_EVENTS, "another"))


async def measure(folder: Path) -> list[Row]:
    """Returns rows of the table; `folder` is for the database and the log of the run."""
    postgres, broker = Postgres(folder / "postgres"), Tansu(folder / "broker.log")
    await asyncio.gather(postgres.start(), broker.start())
    kafka = KafkaSettings(bootstrap_servers=broker.bootstrap, idempotent=broker.idempotent, client_id="bench")
    applied: dict[str, float] = {}
    foreign: dict[str, float] = {}
    try:
        for consumer in _consumers():
            name = consumer.subscription.consumer
            engine = create_engine(SecretStr(await postgres.create_database(name.replace("-", "_"))))
            await upgrade_to_head(engine, consumer.package)
            async with engine.begin() as connection:
                wanted = await consumer.applied(connection)
            applied[name] = await _rate(engine, kafka, consumer.subscription, list(wanted), "applied")
            foreign[name] = await _rate(engine, kafka, consumer.subscription, list(consumer.foreign), "foreign")
            await engine.dispose()
    finally:
        await asyncio.gather(postgres.stop(), broker.stop())
    return [_row("events of one key, applied", applied), _row("events of one key that do not concern the consumer", foreign)]


def _row(claim: str, rates: dict[str, float]) -> Row:
    slowest = min(rates, key=lambda name: rates[name])
    others = ", ".join(f"{name} {rate:,.0f}" for name, rate in rates.items() if name != slowest)
    return Row(f"{claim}: {slowest}, the slowest consumer ({others})", rates[slowest], _WANTED, "events/s", 1.0)


async def _rate(
    engine: AsyncEngine, kafka: KafkaSettings, subscription: Subscription, wanted: Sequence[Event], kind: str
) -> float:
    """Returns events per second, from the first batch to the last, inbox and effects included. Kafka has all at the start."""
    topic = f"{subscription.consumer}-{kind}"
    await _publish(
        kafka, topic, [replace(to_envelope(event, clock=_CLOCK, version=1), key="one", topic=topic) for event in wanted]
    )
    times: list[tuple[float, int]] = []

    async def timed(connection: AsyncConnection, envelopes: Sequence[Envelope]) -> None:
        await subscription.handle(connection, envelopes)
        times.append((time.perf_counter(), len(envelopes)))

    listening = replace(subscription, consumer=topic, topics=(topic,), handle=timed)
    async with Messaging(engine, kafka, _CLOCK, subscriptions=[listening]), asyncio.timeout(_SETTLE_SECONDS):
        while sum(count for _, count in times) < len(wanted):  # noqa: ASYNC110 - the other side is a broker
            await asyncio.sleep(0.02)
    await _check_applied(engine, topic, len(wanted))
    first, last = times[0], times[-1]
    return (len(wanted) - first[1]) / (last[0] - first[0])


async def _check_applied(engine: AsyncEngine, consumer: str, count: int) -> None:
    async with engine.connect() as connection:
        done = (await connection.execute(select(func.count()).where(inbox.c.consumer == consumer))).scalar_one()
        dead = (await connection.execute(select(func.count()).select_from(dead_letter))).scalar_one()
    if (done, dead) != (count, 0):
        raise RuntimeError(f"{consumer}: {done} of {count} events applied, {dead} dead letters")


async def _publish(kafka: KafkaSettings, topic: str, envelopes: Sequence[Envelope]) -> None:
    await ensure_topics(kafka, [TopicSpec(topic)])
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap_servers, acks="all", max_batch_size=262_144)
    await producer.start()
    for start in range(0, len(envelopes), 1_000):
        part = envelopes[start : start + 1_000]
        headers = [[(name, value.encode()) for name, value in each.headers.items()] for each in part]
        sent = [
            await producer.send(topic, key=each.key.encode(), value=each.data, headers=texts)
            for each, texts in zip(part, headers, strict=True)
        ]
        await asyncio.gather(*sent)
    await producer.stop()
