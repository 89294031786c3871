"""Whatever process or server fails while orders are processed, the final result is the same.

One file, so that one worker of a test run uses one stack for all of it.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import httpx
import pytest

from local.lms.lms import SCOPES
from local.stack.programs import PROCESSES, SIMULATORS
from tests.faults.crash_points import ROUNDS
from tests.faults.order_file import ORDERS, some_orders
from tests.faults.outage import place_without_broker
from tests.faults.play import SUFFOLK, Play, Table, kill, of_orders
from tests.faults.traps import Point, kill_at
from tests.fixtures.chance import Chance
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.asyncio(loop_scope="session")]

_PAUSE_SECONDS = (0.3, 2.5)


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
