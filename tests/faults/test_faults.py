"""Whatever process or server fails while orders are processed, the final result is the same.

One file, so that one worker of a test run uses one stack for all of it.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from itertools import takewhile
from pathlib import Path

import httpx
import pytest

from local.lms.lms import SCOPES
from local.lms.orders import Order
from local.machine.processes import Program, Supervised
from local.simulators.bookseller.dialect import ALBION
from local.simulators.bookseller.mailbox import waiting
from local.stack.programs import PROCESSES, SIMULATORS
from shared.db.errors import DATABASE_ERRORS, is_disk_full
from tests.faults.collector import simulators_of
from tests.faults.conftest import Disks
from tests.faults.crash_points import ROUNDS
from tests.faults.moved_clock import with_moved_clock
from tests.faults.order_file import ORDERS, some_orders
from tests.faults.outage import place_without_broker, reports
from tests.faults.play import SUFFOLK, Play, Table, of_orders
from tests.faults.small_disk import SmallDisk
from tests.faults.traps import Point, kill, kill_at
from tests.fixtures.chance import Chance
from tests.waiting import eventually, until

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(900), pytest.mark.asyncio(loop_scope="session")]

_PAUSE_SECONDS = (0.3, 2.5)
_HOUR = 3600
# Only a failing test waits this long for a process to start or to notice something.
_BACK_SECONDS = 120.0


async def test_random_kills_change_nothing_in_the_end(play: Play, undisturbed: Table, chance: Chance) -> None:
    expected = of_orders("KILL", undisturbed)
    victims = [*PROCESSES * chance.kills(quick=2, deep=6), *SIMULATORS * chance.kills(quick=1, deep=4)]
    dice = random.Random(chance.seed)
    dice.shuffle(victims)
    orders = some_orders("KILL", ORDERS["KILL"])
    # Orders are placed as long as processes are killed.
    placing = asyncio.create_task(play.place(orders, every=len(victims) * sum(_PAUSE_SECONDS) / 2 / len(orders)))
    for victim in victims:
        # Not a wait for something: this sets the time of the kill.
        await asyncio.sleep(dice.uniform(*_PAUSE_SECONDS))
        await kill(play.stack.processes[victim])
    await placing
    rest = await play.rest(like=expected)
    assert rest.findings == []
    assert of_orders("KILL", rest.table) == expected
    await eventually(lambda: sum(process.restarts for process in play.stack.processes.values()) >= len(victims))


async def test_a_process_may_die_between_any_two_steps(play: Play, undisturbed: Table) -> None:
    expected = of_orders("CRASH", undisturbed)
    orders = some_orders("CRASH", ORDERS["CRASH"])
    for number, points in enumerate(ROUNDS):
        ready = asyncio.Barrier(len(points) + 1)
        killing = [asyncio.create_task(_kill_at(play, point, ready)) for point in points]
        async with asyncio.timeout(60):
            await ready.wait()
        await play.place(orders[number :: len(ROUNDS)])
        await asyncio.gather(*killing)
    rest = await play.rest(like=expected)
    assert rest.findings == []
    assert of_orders("CRASH", rest.table) == expected


async def test_a_killed_database_makes_requests_fail_in_words_and_loses_nothing(play: Play, undisturbed: Table) -> None:
    expected = of_orders("DATABASE", undisturbed)
    answers: Counter[tuple[int, str]] = Counter()
    asking = asyncio.create_task(_keep_asking(play, answers))
    # The LMS raises an error for any answer except success and a request to retry.
    placing = asyncio.create_task(play.place(some_orders("DATABASE", ORDERS["DATABASE"]), every=0.4))
    try:
        await eventually(lambda: "DATABASE-0003" in play.lms.ledger.placed, limit=120)
        await play.stack.postgres.kill()
        await eventually(lambda: any(status == 503 for status, _ in answers))
        await play.stack.postgres.start()
        await placing
        rest = await play.rest(like=expected)
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    assert answers.keys() <= {(200, ""), (503, "database-unavailable")}
    assert rest.findings == []
    assert of_orders("DATABASE", rest.table) == expected


async def test_a_broker_that_forgets_everything_loses_nothing(play: Play, undisturbed: Table) -> None:
    expected = of_orders("BROKER", undisturbed)
    assert not play.stack.broker.keeps_data
    orders = some_orders("BROKER", ORDERS["BROKER"])
    half = len(orders) // 2
    await play.place(orders[:half])
    await play.stack.broker.stop()
    await place_without_broker(play, orders[half:])
    await play.stack.broker.start()
    rest = await play.rest(like=expected)
    assert rest.findings == []
    assert of_orders("BROKER", rest.table) == expected


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


async def _kill_at(play: Play, point: Point, ready: asyncio.Barrier) -> None:
    try:
        await kill_at(point, play.databases.engine(point.process), play.stack.processes[point.process], ready=ready)
    except TimeoutError:
        pytest.fail(f"{point.process} never came to where {point.name}")


async def _keep_asking(play: Play, answers: Counter[tuple[int, str]]) -> None:
    """Sends requests to orders and delivery repeatedly; counts answers by status and problem code."""
    here, headers = play.stack.endpoints, {"Authorization": f"Bearer {play.stack.token(SUFFOLK, *SCOPES)}"}
    async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=30) as client:
        while True:
            for url in (f"{here.orders}/v1/orders?limit=1", f"{here.delivery}/v1/consignments?limit=1"):
                answer = await client.get(url)
                is_problem = answer.headers["content-type"] == "application/problem+json"
                answers[answer.status_code, answer.json()["code"] if is_problem else ""] += 1
            await asyncio.sleep(0.05)
