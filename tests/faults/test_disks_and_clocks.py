"""However a disk or a clock misleads a service while orders are processed, the final result is the same."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from itertools import takewhile
from pathlib import Path

import httpx
import pytest

from local.lms.orders import Order
from local.machine.processes import Program, Supervised
from local.simulators.bookseller.dialect import ALBION
from local.simulators.bookseller.mailbox import waiting
from local.stack.programs import PROCESSES
from shared.db.errors import DATABASE_ERRORS, is_disk_full
from tests.faults.collector import simulators_of
from tests.faults.conftest import Disks
from tests.faults.moved_clock import with_moved_clock
from tests.faults.order_file import ORDERS, some_orders
from tests.faults.outage import reports
from tests.faults.play import Play, Table, kill, of_orders
from tests.faults.small_disk import SmallDisk
from tests.fixtures.chance import Chance
from tests.waiting import eventually, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.asyncio(loop_scope="session")]

_HOUR = 3600
# Only a failing test waits this long for a process to start or to notice something.
_BACK_SECONDS = 120.0


async def test_a_full_disk_is_named_and_loses_nothing(play: Play, undisturbed: Table, disks: Disks) -> None:
    expected = of_orders("FULL", undisturbed)
    orders = some_orders("FULL", ORDERS["FULL"])
    half = len(orders) // 2
    await _fill_mailbox(play, disks.mailbox, orders[:half])
    await _fill_database(play, disks.database, orders[half:])
    rest = await play.rest(like=expected)
    assert rest.findings == []
    assert of_orders("FULL", rest.table) == expected


async def test_a_clock_an_hour_behind_in_one_service_changes_nothing_in_the_end(
    play: Play, undisturbed: Table, chance: Chance, clock_library: Path
) -> None:
    expected = of_orders("CLOCK", undisturbed)
    services = random.Random(chance.seed).sample(PROCESSES, chance.kills(quick=1, deep=len(PROCESSES)))
    orders = some_orders("CLOCK", ORDERS["CLOCK"])
    for number, name in enumerate(services):
        process = play.stack.processes[name]
        right = process.program
        await _run_as(process, with_moved_clock(right, clock_library, seconds=-_HOUR))
        await _shows_time(play, name, behind=True)
        placed = orders[number :: len(services)]
        await play.place(placed)
        if name == "supplier-consortium":
            # A signed push is only good for five minutes, so its answers wait. The consortium repeats them.
            await until(partial(_logged, process, "push out of time"), limit=_BACK_SECONDS)
        else:
            numbers = {order.number for order in placed}
            now = {key: copy for key, copy in expected.items() if key.order_number in numbers}
            rest = await play.rest(like=now)
            assert rest.findings == []
            assert now.items() <= rest.table.items()
        await _run_as(process, right)
        await _shows_time(play, name, behind=False)
    rest = await play.rest(like=expected)
    assert rest.findings == []
    assert of_orders("CLOCK", rest.table) == expected


async def _fill_mailbox(play: Play, disk: SmallDisk, orders: Sequence[Order]) -> None:
    """Places orders while the bookseller's disk is full; returns when the exchange reports that."""
    _, bookseller = simulators_of(play.stack)
    try:
        disk.fill()
        await play.place(orders)
        await reports(play.stack.endpoints.suppliers["national"], "degraded", "No space left")
        assert waiting(bookseller / "mailbox" / ALBION.folders.orders) == [], "a part of a file seems to be a finished file"
    finally:
        disk.free()


async def _fill_database(play: Play, disk: SmallDisk, orders: Sequence[Order]) -> None:
    """Places orders while the disk of the database is full, until the server cannot even write its log and ends."""
    put_off = play.lms.orders.put_off

    def until_one_is_put_off() -> Iterator[Order]:
        yield from orders
        # Tables have some room left, so it may take more orders until one needs the disk.
        yield from takewhile(lambda _: put_off["database-disk-full"] == 0, some_orders("ROOM", 200))

    try:
        disk.fill()
        placing = asyncio.create_task(play.place(until_one_is_put_off()))
        await eventually(lambda: put_off["database-disk-full"] > 0, limit=_BACK_SECONDS)
        await until(partial(_ends_by_its_log, play))
    finally:
        disk.free()
    # If it could recover by itself, it is ended once more.
    await play.stack.postgres.kill()
    await play.stack.postgres.start()
    await placing


async def _ends_by_its_log(play: Play) -> bool:
    """Makes the server begin another file of its log; returns whether it ended at that, as it does where it cannot write one."""
    try:
        await play.databases.rows("orders", "SELECT pg_switch_wal()")
    except DATABASE_ERRORS as error:
        return not is_disk_full(error)
    return False


async def _run_as(process: Supervised, program: Program) -> None:
    """Kills a process; from now on it runs another program."""
    process.program = program
    await kill(process)


async def _shows_time(play: Play, name: str, *, behind: bool) -> None:
    """Waits until a service is back and its answers are dated by a clock that is an hour behind, or right."""

    async def shows() -> bool:
        try:
            answer = await client.get("/livez")
        except httpx.TransportError:
            return False
        age = datetime.now(UTC) - parsedate_to_datetime(answer.headers["date"])
        return (age > timedelta(seconds=_HOUR / 2)) is behind

    async with httpx.AsyncClient(base_url=play.stack.endpoints.all()[name], trust_env=False) as client:
        await until(shows, limit=_BACK_SECONDS)


async def _logged(process: Supervised, words: str) -> bool:
    return words in process.program.log_file.read_text()
