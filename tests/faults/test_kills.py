"""Every process killed again and again at random moments while orders flow: the end is as if nothing had happened."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys

import pytest

from local.processes import Supervised
from local.stack.programs import PROCESSES, SIMULATORS
from tests.faults.conftest import ORDERS
from tests.faults.order_file import some_orders
from tests.faults.play import Play, Table, of_orders
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.asyncio(loop_scope="session")]

_KILLS_PER_SERVICE = 3
_KILLS_PER_SIMULATOR = 2


async def test_random_kills_change_nothing_in_the_end(play: Play, undisturbed: Table) -> None:
    # Another one each time; a failure can be played again with the number it prints.
    seed = int(os.environ.get("KILL_SEED", random.randrange(10**6)))
    chance = random.Random(seed)
    sys.stdout.write(f"KILL_SEED={seed}\n")
    victims = [*PROCESSES * _KILLS_PER_SERVICE, *SIMULATORS * _KILLS_PER_SIMULATOR]
    chance.shuffle(victims)
    placing = asyncio.create_task(play.place(some_orders("KILL", ORDERS["KILL"]), every=0.7))
    for victim in victims:
        # Not to wait for anything: this is when the kill comes.
        await asyncio.sleep(chance.uniform(0.3, 2.5))
        await _kill(play.stack.processes[victim])
    await placing
    rest = await play.rest(limit=180)
    assert rest.findings == []
    assert of_orders("KILL", rest.table) == of_orders("KILL", undisturbed)
    assert sum(process.restarts for process in play.stack.processes.values()) >= len(victims)


async def _kill(process: Supervised) -> None:
    await eventually(lambda: process.pid is not None)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
