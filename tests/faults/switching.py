"""A council that switches the supplier of its orders: plans it, decides where a supplier is silent, waits until it is done.

The first supplier is the simulated consortium. How it deals with each cancellation is known from its seed.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, JsonValue
from sqlalchemy import text

from local.lms.answers import OrderInList
from local.lms.calls import UnexpectedAnswer
from local.lms.orders import Order
from local.lms.sourcing import CONSORTIUM, NATIONAL
from local.simulators import CATALOGUE
from local.simulators.consortium.decisions import Decisions, Manner, Proportions
from local.stack.options import SimulatorOptions
from tests.faults.collector import simulators_of
from tests.faults.play import SUFFOLK, Play
from tests.faults.progress import Progress
from tests.faults.same_order import Answer

# How the consortium deals with cancellations: shares of lines. The rest is answered at once, and means it.
SHARES: Mapping[str, float] = {
    "cancel_late": 0.15,
    "cancel_twice": 0.15,
    "cancel_silent": 0.15,
    "cancel_despatched": 0.1,
    "cancel_sent": 0.1,
}
# Every copy waits at the consortium, so that it can be cancelled; most are released in the end. The bookseller sends all.
_WAITING = {"accept": 0.0, "back_order": 1.0, "refuse": 0.0, "substitute": 0.0, "unknown_word": 0.0, "waits": 1.0}
_OF_CONSORTIUM: Mapping[str, float] = {**_WAITING, "release": 0.6, "lost_answer": 0.25, **SHARES}
_NEVER = ("back_order", "part_back_order", "refuse", "part_refuse", "substitute_offered", "substitute_sent", "unknown_code")
_OF_BOOKSELLER = {**dict.fromkeys(_NEVER, 0.0), "break_after_upload": 0.25}
_DONE = "done"
_POLL_SECONDS = 1.0
_WAITING_RELEASES = "SELECT number FROM pushes WHERE wave = 'release' AND due > :soon ORDER BY number"
# The consortium releases nothing by itself while a test lasts.
_NEVER_SECONDS = 7_200.0
_SETTLED = "SELECT count(*) AS taken, count(*) FILTER (WHERE stage <> 'asked') AS settled FROM switch_copy"
_LET_DAYS_PASS = """
UPDATE switch_copy SET since = since - interval '6 days' WHERE entry IN (
    SELECT entry FROM switch_copy WHERE stage = 'asked' AND line_key = ANY(:silent) AND since > now() - interval '5 days'
    FOR UPDATE SKIP LOCKED)
"""


def simulators() -> SimulatorOptions:
    """Returns the suppliers of a switch. What the consortium did not cancel, it sends when the test says so."""
    return SimulatorOptions(
        catalogue=CATALOGUE,
        late_delay=1.0,
        release_delay=_NEVER_SECONDS,
        national_proportions=_settings(_OF_BOOKSELLER),
        consortium_proportions=_settings(_OF_CONSORTIUM),
    )


def _settings(numbers: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(f"{name}={number}" for name, number in numbers.items())


class _Switch(BaseModel):
    model_config = ConfigDict(extra="ignore")

    switch_id: str
    state: str


class _Copy(BaseModel):
    model_config = ConfigDict(extra="ignore")

    copy_id: str
    order_number: str
    line_key: str


class Switching:
    """A council that leaves the consortium for the bookseller, some branches at a time."""

    def __init__(self, play: Play, answers: Sequence[Answer]) -> None:
        """`answers`: the orders as the LMS sees them before the switch."""
        self._play = play
        self._orders = play.lms.orders
        decisions = Decisions(play.stack.options.simulators.seed, Proportions(**_OF_CONSORTIUM))
        self.manners: dict[str, Manner] = {
            line["line_key"]: decisions.manner(SUFFOLK, answer["order_number"], line["line_number"], line["isbn"])
            for answer in answers
            for line in answer["lines"]
        }
        self._switches: list[str] = []
        # How many copies a person decided about, by decision.
        self.decided: Counter[str] = Counter()

    async def plan(self, branches: Sequence[str]) -> None:
        """Plans a switch of these branches that begins today and moves what is open."""
        body: Mapping[str, JsonValue] = {
            "from_supplier": CONSORTIUM,
            "to_supplier": NATIONAL,
            "branches": list(branches),
            "first_day": datetime.now(UTC).date().isoformat(),
            "open_copies": "move",
            "reason": "the council leaves the consortium",
        }
        planned = await self._orders.post("/v1/switches", body, key=f"switch-under-fire-{len(self._switches)}")
        self._switches.append(_Switch.model_validate_json(planned.content).switch_id)

    async def carry_out(self, all_planned: asyncio.Event) -> None:
        """Decides wherever a person is asked, until every switch is done, and the consortium has sent what stays with it.

        Where the supplier is silent, days pass at once, and the copies of every second order are placed again; the others stay.
        Half of what waits at the consortium leaves while the switches go on, the rest once they are done. Fails at a standstill.
        """
        progress = Progress(self._play.databases)
        while not (all_planned.is_set() and await self._is_done()):
            assert not await progress.stands_still(), "nothing moves any more, and a switch is not done"
            await self._let_days_pass()
            await self._decide()
            self._release(await self._share_settled() / 2)
            await asyncio.sleep(_POLL_SECONDS)
        self._release(1.0)

    async def _is_done(self) -> bool:
        switches = [await self._orders.get(f"/v1/switches/{switch_id}", _Switch) for switch_id in self._switches]
        return all(switch.state == _DONE for switch in switches)

    async def _share_settled(self) -> float:
        """Returns of which share of the copies it is decided whether they are moved."""
        (counts,) = await self._play.databases.rows("orders", _SETTLED)
        return float(counts["settled"]) / max(1, int(counts["taken"]))

    def _release(self, share: float) -> None:
        """Lets some of what waits at the consortium leave now: up to this share of all that ever waited."""
        consortium, _ = simulators_of(self._play.stack)
        with closing(sqlite3.connect(consortium, timeout=10)) as book, book:
            waiting = [number for (number,) in book.execute(_WAITING_RELEASES, {"soon": time.time() + _NEVER_SECONDS / 2})]
            leaving = [(time.time(), number) for number in waiting if random.Random(number).random() < share]
            book.executemany("UPDATE pushes SET due = ? WHERE number = ?", leaving)

    async def _let_days_pass(self) -> None:
        silent = [line_key for line_key, manner in self.manners.items() if manner is Manner.SILENT]
        async with self._play.databases.engine("orders").begin() as connection:
            await connection.execute(text(_LET_DAYS_PASS), {"silent": silent})

    async def _decide(self) -> None:
        for switch_id in self._switches:
            path = f"/v1/switches/{switch_id}/copies"
            by_decision: dict[str, list[JsonValue]] = {}
            for copy in await self._orders.pages(path, _Copy, {"stage": "asks"}):
                decision = "leave" if int(copy.order_number[-1]) % 2 else "place_anew"
                by_decision.setdefault(decision, []).append(copy.copy_id)
            for decision, copy_ids in by_decision.items():
                await self._say(path, decision, copy_ids)

    async def _say(self, path: str, decision: str, copy_ids: list[JsonValue]) -> None:
        body: Mapping[str, JsonValue] = {"copy_ids": copy_ids, "decision": decision, "reason": "the consortium is silent"}
        try:
            await self._orders.post(path, body)
            self.decided[decision] += len(copy_ids)
        except UnexpectedAnswer as refusal:
            # Goods came meanwhile, or an answer was lost: what still asks is listed again.
            if refusal.problem.code != "not-decidable":
                raise


async def answers_about(play: Play, orders: Sequence[Order]) -> list[Answer]:
    """Returns the LMS's answer about each order."""
    listed = await play.lms.orders.pages("/v1/orders", OrderInList)
    ids = {order.order_number: order.order_id for order in listed}
    return [(await play.lms.orders.fetch(f"/v1/orders/{ids[order.number]}", "application/json")).json() for order in orders]
