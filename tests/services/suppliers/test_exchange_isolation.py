"""A dead, slow or garbage-sending supplier costs the others neither messages nor health."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count

import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers.app import PACKAGE
from services.suppliers.contract import Kind as MessageKind
from services.suppliers.contract import (
    LargeMessage,
    LineAnswer,
    OutboundMessage,
    RawMessage,
    Reading,
    ResponseFact,
    SupplierUnavailable,
    Undecided,
)
from services.suppliers.domain.messages import State
from services.suppliers.exchange import Exchange, Limits
from services.suppliers.incoming import handlers
from services.suppliers.loops.connection import ReadingLoops, SupplierConnection
from services.suppliers.store import messages
from shared.clock import SystemClock
from shared.contracts.orders import OrderPlaced
from shared.contracts.suppliers import OrderResponded
from shared.db.engine import create_engine
from shared.health import HealthState
from tests.builders import an_order_placed, an_ordered_line
from tests.fixtures.scripted_supplier import ScriptedSupplier
from tests.services.hearing import Hearing
from tests.waiting import until

ORDERS = 25
LIMITS = Limits(send=5.0, match=0.5, first_pause=0.1, longest_pause=0.5, circuit_failures=2)
GARBAGE = (b"\x00\xff\xfe", b"[" * 5_000, b"UNB+UNOC:3+" + b"+" * 20_000, b"<" * 1_000, b"?" * 100_000)


class Named(ScriptedSupplier):
    """A scripted supplier with a name of its own."""

    def __init__(self, supplier_id: str) -> None:
        super().__init__()
        self.profile = self.profile.model_copy(
            update={"supplier_id": supplier_id, "name": supplier_id.title(), "fetch_seconds": 0.05}
        )


class Good(Named):
    """Accepts every line at once."""

    async def send(self, message: OutboundMessage) -> RawMessage:
        self.take(message)
        return RawMessage("answer", b"accepted " + message.body)

    def read(self, raw: RawMessage) -> Reading:
        keys = [part for part in raw.body.decode().split('"') if part.startswith("SB")]
        lines = tuple(LineAnswer(key, None, "", status_code="100") for key in keys)
        return Reading(MessageKind.RESPONSE, (ResponseFact(None, "", None, lines),))


class Dead(Named):
    """A supplier whose address does not answer."""

    @asynccontextmanager
    async def transport(self) -> AsyncIterator[ScriptedSupplier]:
        raise SupplierUnavailable("connection refused")
        yield self


class Slow(Named):
    """A supplier whose every answer takes longer than this test."""

    async def send(self, message: OutboundMessage) -> RawMessage | Undecided | None:
        await asyncio.sleep(3600)
        return await super().send(message)

    async def fetch(self, after: str | None) -> AsyncIterator[RawMessage | LargeMessage]:
        await asyncio.sleep(3600)
        async for raw in super().fetch(after):
            yield raw


class Babbling(Named):
    """A supplier that puts more garbage into its mailbox at every fetch."""

    _numbers = count()

    async def fetch(self, _: str | None) -> AsyncIterator[RawMessage]:
        for garbage in GARBAGE:
            number = next(self._numbers)
            yield RawMessage(f"garbage-{number}", garbage + str(number).encode())

    async def taken(self, message: RawMessage) -> None:
        """Removes a message that was taken."""


@dataclass
class Running:
    """One supplier's exchange with its loops, on a database of its own."""

    exchange: Exchange
    engine: AsyncEngine
    connection: SupplierConnection
    tasks: list[asyncio.Task[None]]
    reading: Callable[[], list[HealthState]]

    @property
    def hearing(self) -> Hearing:
        return Hearing(self.engine, self.exchange.clock, handlers(self.exchange))

    async def answered(self) -> int:
        return sum(isinstance(event, OrderResponded) for event in await self.hearing.sent())

    async def in_state(self, *states: State) -> int:
        """Counts in one query: a message that moves between two of the states is counted once."""
        async with self.engine.connect() as connection:
            counts = await messages.pending(connection)
        return sum(counts[state] for state in states)

    def health(self) -> set[HealthState]:
        return {check.state for check in self.connection.health()} | set(self.reading())


@pytest.fixture
async def run(database_from: Callable[[str], str]) -> AsyncIterator[Callable[[Named], Running]]:
    """`run(supplier)` starts the exchange of a supplier."""
    started: list[Running] = []

    def start(supplier: Named) -> Running:
        engine = create_engine(SecretStr(database_from(PACKAGE)))
        exchange = Exchange(supplier, SystemClock(), LIMITS)
        connection, reading = SupplierConnection(engine, exchange), ReadingLoops(engine, exchange)
        tasks = [asyncio.create_task(connection.run()), asyncio.create_task(reading.run())]
        running = Running(exchange, engine, connection, tasks, lambda: [check.state for check in reading.health()])
        started.append(running)
        return running

    yield start
    for running in started:
        for task in running.tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*running.tasks, return_exceptions=True)
        await running.engine.dispose()


def orders_of(*supplier_ids: str) -> list[OrderPlaced]:
    """Orders of one line with each supplier."""
    return [
        an_order_placed(
            *(an_ordered_line(supplier=supplier, number=place) for place, supplier in enumerate(supplier_ids, 1)),
            number=f"PO-{number}",
        )
        for number in range(ORDERS)
    ]


async def answers_within(running: Running, limit: float) -> float:
    """Seconds until every order was answered; TimeoutError where that takes longer than `limit`."""
    began = time.monotonic()

    async def all_answered() -> bool:
        return await running.answered() >= ORDERS

    await until(all_answered, limit=limit)
    return time.monotonic() - began


@pytest.mark.slow
async def test_three_suppliers_in_trouble_do_not_hold_up_the_fourth(
    run: Callable[[Named], Running], logged_errors: list[str]
) -> None:
    alone = run(Good("alone"))
    await alone.hearing.hears(*orders_of("alone"))
    undisturbed = await answers_within(alone, 60)

    good, dead, slow, babbling = (run(supplier) for supplier in (Good("good"), Dead("dead"), Slow("slow"), Babbling("babbling")))
    orders = orders_of("good", "dead", "slow", "babbling")
    for running in (dead, slow, babbling, good):
        await running.hearing.hears(*orders)

    await answers_within(good, 10 * undisturbed + 5)

    async def all_quarantined() -> bool:
        return await babbling.in_state(State.QUARANTINED) >= len(GARBAGE)

    await until(all_quarantined)
    assert good.health() == {HealthState.OK}
    assert babbling.health() == {HealthState.OK}
    assert HealthState.DEGRADED in dead.health()
    assert await dead.in_state(State.QUEUED) == ORDERS
    assert await slow.in_state(State.QUEUED, State.SENDING, State.UNKNOWN) == ORDERS
    assert await good.in_state(State.QUARANTINED) == 0
    assert not logged_errors
