"""A council switches its supplier in mid-flight while every process is killed: no copy is lost, and none comes twice unreported.

It has a stack of its own, because its suppliers behave in another way, and a file of its own, so that another worker can run it.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pytest

from local.lms.orders import Order, copy_keys
from local.lms.sourcing import CONSORTIUM
from local.simulators.consortium.decisions import Manner
from local.stack import Stack, StackOptions
from local.stack.programs import PROCESSES
from tests.faults.facts import Facts
from tests.faults.order_file import CODES, some_orders
from tests.faults.play import Play, playing
from tests.faults.same_order import changes_beside_supplier
from tests.faults.switching import Switching, answers_about, simulators
from tests.faults.traps import Fate, Point, kill, kill_at
from tests.fixtures.chance import Chance

pytestmark = [
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.processes,
    pytest.mark.timeout(7200),
    pytest.mark.asyncio(loop_scope="session"),
]

_PAUSE_SECONDS = (0.5, 2.5)
_CLERKS = 4
# Only a failing test waits this long for its traps to be set.
_READY_SECONDS = 300.0
# The relay is in each process: the one of orders is killed when an event went out and is not marked.
_RELAY = Point(
    "an event went out and is not marked", "orders", "outbox", "UPDATE", Fate.ROLLED_BACK,
    "OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL AND NEW.type = 'orders.cancellation.requested.v1'",
)  # fmt: skip
_PLACED_AGAIN = "NEW.replaced_by IS NOT NULL"
_MOVED = Point("a copy is placed again, and that is undone", "orders", "switch_copy", "UPDATE", Fate.ROLLED_BACK, _PLACED_AGAIN)
_MOVED_UNKNOWN = Point(
    "a copy is placed again, its offset not committed", "orders", "switch_copy", "UPDATE", Fate.COMMITTED, _PLACED_AGAIN
)
_TAKEN = Point("copies are taken into the switch", "orders", "switch_copy", "INSERT", Fate.COMMITTED)
_ASKED = Point(
    "a cancellation went and is not noted", "supplier-consortium", "message", "UPDATE", Fate.ROLLED_BACK,
    "NEW.kind = 'cancellation' AND NEW.state = 'sent'",
)  # fmt: skip
_ADDED = Point(
    "an added line went and is not noted", "supplier-national", "message", "UPDATE", Fate.ROLLED_BACK,
    "NEW.kind = 'order' AND NEW.state = 'sent'",
)  # fmt: skip
_READERS = ("delivery", "catalogue", "dashboard", "evidence", "lms")
_READ = [Point("an event is not yet dealt with", name, "inbox", "INSERT", Fate.ROLLED_BACK) for name in _READERS]


@dataclass(frozen=True, slots=True)
class Size:
    """How large the switch is. `lines`: of an order, at least. `waves`: the number of branches that leave one after the other.

    `of_orders`: points of orders in the first wave, in turn. `readers`: how many other services are killed in it. After each
    further wave is planned, every process is killed in turn.
    """

    orders: int
    lines: int
    waves: Sequence[int]
    of_orders: Sequence[Point]
    readers: int


_SMALL = Size(26, 1, (5,), of_orders=(_RELAY, _MOVED), readers=1)
_LARGE = Size(102, 6, (3, 1, 1), of_orders=(_TAKEN, _RELAY, _MOVED, _MOVED_UNKNOWN), readers=len(_READERS))


# Where a copy may end, by how the consortium deals with the cancellation. Any may be released before it is asked about. One that
# came although it was placed again is only moved where the goods are lost or damaged.
_ENDS: Mapping[Manner, Collection[str]] = {
    Manner.PROMPT: ("moved", "stays"),
    Manner.LATE: ("moved", "stays"),
    Manner.TWICE: ("moved", "stays"),
    Manner.SILENT: ("moved", "stays", "doubled"),
    Manner.DESPATCHED: ("stays",),
    Manner.SENT: ("doubled", "moved", "stays"),
}


async def test_a_switch_under_fire_loses_no_copy_and_doubles_none_unreported(folder: Path, chance: Chance) -> None:
    began = time.monotonic()
    size = _LARGE if chance.deep else _SMALL
    orders = some_orders("FIRE", size.orders, lines=size.lines)
    options = StackOptions(folder / "fire", simulators=simulators())
    async with Stack(options) as stack, playing(stack, only=CONSORTIUM) as play:
        await asyncio.gather(*(play.place(orders[clerk::_CLERKS]) for clerk in range(_CLERKS)))
        before = await answers_about(play, orders)
        dice = random.Random(chance.seed)
        switching = Switching(play, before)
        kills = await _switch(play, switching, size, dice)
        rest = await play.rest()
        after = await answers_about(play, orders)
    assert rest.findings == []
    assert [text for one, other in zip(before, after, strict=True) for text in changes_beside_supplier(one, other)] == []
    figures = {"kills": kills, "asked": switching.decided.total(), **_check_ends(rest.facts, switching, orders)}
    # `--log-cli-level=INFO` shows them.
    logging.getLogger(__name__).info("a switch under fire: %s, %.0f s", figures, time.monotonic() - began)


def _check_ends(facts: Facts, switching: Switching, orders: Sequence[Order]) -> dict[str, int]:
    """Checks that each copy is where it may be; returns how many are in each stage."""
    lines = {copy.copy_id: copy.line_key for copy in facts.copies}
    for row in facts.switched:
        manner = switching.manners[lines[row.copy_id]]
        assert row.stage in _ENDS[manner], (manner, row)
    stages = Counter(row.stage for row in facts.switched)
    placed_again = sum(row.replaced_by is not None for row in facts.switched)
    keys, booked = set(copy_keys(orders)), {copy.key for copy in facts.copies}
    assert booked == keys
    assert len(facts.copies) == len(keys) + placed_again
    assert stages["moved"] > 0 < stages["stays"]
    return {
        "copies": len(keys),
        "lost": len(keys - booked),
        "in scope": len(facts.switched),
        "placed again": placed_again,
        **stages,
    }


async def _switch(play: Play, switching: Switching, size: Size, dice: random.Random) -> int:
    """Switches the branches until it is done, and kills processes meanwhile; returns how often."""
    leaving, all_planned = iter(CODES), asyncio.Event()
    by_process = [size.of_orders, [_ASKED], [_ADDED], *([point] for point in dice.sample(_READ, size.readers))]
    ready = asyncio.Barrier(len(by_process) + 1)
    killing = [asyncio.create_task(_kill_at_each(play, points, ready)) for points in by_process]
    async with asyncio.timeout(_READY_SECONDS):
        await ready.wait()
    first, *further = size.waves
    await switching.plan(list(islice(leaving, first)))
    # Whoever planned it is gone before it begins. The next one begins it at once.
    await kill(play.stack.processes["orders"])
    carrying_out = asyncio.create_task(switching.carry_out(all_planned))
    await asyncio.gather(*killing)
    for branches in further:
        await switching.plan(list(islice(leaving, branches)))
        for victim in dice.sample(PROCESSES, len(PROCESSES)):
            # Not a wait for something: this sets the time of the kill.
            await asyncio.sleep(dice.uniform(*_PAUSE_SECONDS))
            await kill(play.stack.processes[victim])
    all_planned.set()
    await carrying_out
    return 1 + sum(map(len, by_process)) + len(further) * len(PROCESSES)


async def _kill_at_each(play: Play, points: Sequence[Point], ready: asyncio.Barrier) -> None:
    """Kills a process at each point in turn. Waits at the barrier when the first trap is set."""
    for point in points:
        try:
            await kill_at(point, play.databases.engine(point.process), play.stack.processes[point.process], ready=ready)
        except TimeoutError:
            pytest.fail(f"{point.process} never came to where {point.name}")
        ready = asyncio.Barrier(1)
