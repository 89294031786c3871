"""The loops beside the API: one process works at a time, a commit wakes it at once, and it finishes its turn before it stops."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
import structlog
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers.contract import Capability, OutboundMessage, RawMessage, SupplierUnavailable, Transport
from services.suppliers.domain.messages import Direction, State
from services.suppliers.exchange import Exchange
from services.suppliers.loops.connection import ReadingLoops, SupplierConnection
from services.suppliers.loops.mailbox import Mailbox
from services.suppliers.loops.sender import Sender
from services.suppliers.store.messages import CHANNELS
from services.suppliers.usecases.announcing import announce
from shared.contracts.suppliers import SupplierAnnounced
from shared.health import HealthState
from shared.loop import Loop
from tests.fixtures.scripted_supplier import ScriptedSupplier
from tests.services.suppliers.conftest import Rig, a_line, a_response, an_acceptance, an_order
from tests.waiting import eventually, until

NEVER = 3_600.0


@asynccontextmanager
async def running(*runs: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(run()) for run in runs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until_states(rig: Rig, *states: State) -> None:
    async def reached() -> bool:
        return await rig.states() == list(states)

    await until(reached)


async def test_everything_runs_by_itself_once_started(rig: Rig) -> None:
    connection, reading = SupplierConnection(rig.engine, rig.exchange), ReadingLoops(rig.engine, rig.exchange)
    line = a_line()

    async with running(connection.run, reading.run):
        await rig.hears(an_order(line))
        await until_states(rig, State.SENT)
        rig.means(b"1", a_response(an_acceptance(line)))
        await rig.receives(b"1")
        await until_states(rig, State.ANSWERED, State.APPLIED)
        assert {check.state for check in connection.health()} == {HealthState.OK}


async def test_an_exchange_announces_its_supplier_at_every_start(rig: Rig) -> None:  # case C2
    async def announced(times: int) -> bool:
        return len(await rig.published(SupplierAnnounced)) == times

    for times in (1, 2):
        async with running(ReadingLoops(rig.engine, rig.exchange).run):
            await until(partial(announced, times))

    event = (await rig.published(SupplierAnnounced))[0]
    assert isinstance(event, SupplierAnnounced)
    assert (event.supplier_id, event.name) == (rig.exchange.profile.supplier_id, rig.exchange.profile.name)
    assert (event.takes_cancellations, event.supplies_records, event.takes_rush) == (True, True, True)


async def test_an_exchange_announces_what_its_supplier_cannot_do(rig: Rig) -> None:
    without = ScriptedSupplier(capabilities=[Capability.INVOICES])
    async with rig.engine.begin() as connection:
        await announce(connection, Exchange(without, rig.clock))

    (event,) = await rig.published(SupplierAnnounced)

    assert isinstance(event, SupplierAnnounced)
    assert (event.takes_cancellations, event.supplies_records) == (False, False)


async def test_a_loop_is_woken_by_a_commit(rig: Rig) -> None:
    sent = asyncio.Event()

    async def turn() -> bool:
        worked = await rig.sender.turn()
        if worked:
            sent.set()
        return worked

    loop = Loop("sending", rig.engine, turn, pause=NEVER, channel=CHANNELS[Direction.OUT])
    async with running(loop.run):
        await eventually(lambda: not loop.health()[0].detail)
        await rig.hears(an_order())
        await asyncio.wait_for(sent.wait(), 5)


async def test_sending_wakes_neither_the_mailbox_nor_what_reads(rig: Rig) -> None:
    turns: list[str] = []

    def waiting(name: str) -> Callable[[], Awaitable[bool]]:
        async def turn() -> bool:
            turns.append(name)
            return False

        return turn

    mailbox = Loop("mailbox", rig.engine, waiting("mailbox"), pause=NEVER)
    reading = Loop("reading", rig.engine, waiting("reading"), pause=NEVER, channel=CHANNELS[Direction.IN])
    sending = Loop("sending", rig.engine, rig.sender.turn, pause=NEVER, channel=CHANNELS[Direction.OUT])
    async with running(mailbox.run, reading.run, sending.run):
        await eventually(lambda: len(turns) == 2)
        for _ in range(3):
            await rig.hears(an_order())
        await until_states(rig, *[State.SENT] * 3)
        assert sorted(turns) == ["mailbox", "reading"]
        await rig.receives(b"1")
        await eventually(lambda: turns.count("reading") > 1)
    assert turns.count("mailbox") == 1


async def test_one_process_works_and_another_takes_over(engine: AsyncEngine) -> None:
    worked: list[str] = []

    def working(name: str) -> Callable[[], Awaitable[bool]]:
        async def turn() -> bool:
            worked.append(name)
            return False

        return turn

    first = Loop("sending", engine, working("first"), pause=0.01)
    second = Loop("sending", engine, working("second"), pause=0.01)
    async with running(second.run):
        async with running(first.run):
            await eventually(lambda: len(worked) > 5)
            one_alone = set(worked)
        await eventually(lambda: len(set(worked)) == 2 or one_alone == {"second"})
    assert len(one_alone) == 1


async def test_the_turn_at_hand_is_finished_before_the_loop_stops(engine: AsyncEngine) -> None:
    begun, finished = asyncio.Event(), asyncio.Event()

    async def turn() -> bool:
        begun.set()
        await asyncio.sleep(0.2)
        finished.set()
        return False

    async with running(Loop("sending", engine, turn, pause=NEVER).run):
        await begun.wait()
    assert finished.is_set()


async def test_a_lost_connection_to_the_database_is_made_again(engine: AsyncEngine) -> None:
    turns = 0

    async def turn() -> bool:
        nonlocal turns
        turns += 1
        return False

    loop = Loop("sending", engine, turn, pause=0.01)
    async with running(loop.run):
        await eventually(lambda: turns > 0)
        async with engine.connect() as connection:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            await connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
        before = turns
        await eventually(lambda: turns > before + 2)
    assert loop.health()[0].state is HealthState.OK


_FULL_DISK = "DO $$BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END$$"


async def test_a_full_disk_is_named_and_asked_about_ever_more_rarely(engine: AsyncEngine) -> None:
    full, freed = True, asyncio.Event()

    async def turn() -> bool:
        if full:
            async with engine.begin() as connection:
                await connection.execute(text(_FULL_DISK))
        freed.set()
        return False

    loop = Loop("sending", engine, turn, pause=NEVER)
    with structlog.testing.capture_logs() as logged:
        async with running(loop.run):
            await eventually(lambda: len(logged) == 4)
            assert loop.health()[0].state is HealthState.DEGRADED
            assert "the disk of the database is full" in loop.health()[0].detail
            full = False
            await asyncio.wait_for(freed.wait(), 10)
            await eventually(lambda: loop.health()[0].state is HealthState.OK)
    first, _, _, fourth = (line["pause"] for line in logged)
    assert fourth > 2 * first


async def test_a_connection_that_ends_before_it_listens_is_made_again(engine: AsyncEngine) -> None:
    turned = asyncio.Event()

    async def turn() -> bool:
        turned.set()
        return False

    ends = iter((True, True, False))

    def end(connection: Any, *_: object) -> None:
        if next(ends, False):
            connection.driver_connection.terminate()

    event.listen(engine.sync_engine, "checkout", end)
    loop = Loop("sending", engine, turn, pause=NEVER, channel=CHANNELS[Direction.OUT])
    async with running(loop.run):
        await asyncio.wait_for(turned.wait(), 10)
    assert loop.health()[0].state is HealthState.OK


class _Broken(ScriptedSupplier):
    """A supplier whose adapter lets the errors of its connection through, against its contract."""

    async def fetch(self, _: str | None) -> AsyncIterator[RawMessage]:
        raise ConnectionResetError("reset by peer")
        yield RawMessage("", b"")

    async def has_received(self, message: OutboundMessage) -> bool | None:
        raise ConnectionResetError(f"reset by peer for {message.reference}")


@pytest.mark.expects_errors
async def test_an_error_of_the_connection_to_the_supplier_is_not_taken_for_a_lost_database(rig: Rig) -> None:
    broken = _Broken()
    mailbox, sender = Mailbox(rig.engine, rig.exchange, broken), Sender(rig.engine, rig.exchange, broken)
    await rig.hears(an_order())
    async with rig.engine.begin() as connection:
        await connection.execute(text("UPDATE message SET state = 'sending'"))
    await sender.adopt_orphans()

    assert not await mailbox.turn()
    assert await sender.turn()

    assert "reset by peer" in mailbox.trouble()
    assert await rig.states() == [State.UNKNOWN]


class _Unreachable(ScriptedSupplier):
    """A supplier whose connection cannot even be opened."""

    @asynccontextmanager
    async def transport(self) -> AsyncIterator[Transport]:  # type: ignore[override]
        raise SupplierUnavailable("no route")
        yield self


async def test_a_supplier_that_cannot_be_connected_degrades_the_process_and_no_more(rig: Rig) -> None:
    connection = SupplierConnection(rig.engine, Exchange(_Unreachable(), rig.clock))

    async with running(connection.run):
        await eventually(lambda: "no route" in connection.health()[0].detail)

    assert connection.health()[0].state is HealthState.DEGRADED
