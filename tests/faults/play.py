"""A stack that an LMS uses, and a wait until nothing changes any more and nothing is wrong."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from local.demo.reckoning import CopyNow
from local.lms.branches import BRANCHES, branches_of
from local.lms.lms import SCOPES, Addresses, Lms, open_lms
from local.lms.orders import CopyKey, Order
from local.stack import Stack
from local.stack.options import COUNCILS
from tests.faults.checker import Finding, check
from tests.faults.collector import Databases, collect, copies_in_orders
from tests.faults.facts import BookedCopy, Facts
from tests.faults.order_file import some_orders

SUFFOLK = next(iter(COUNCILS))
Table = dict[CopyKey, CopyNow]
# Seconds without a change or a fault after which a system counts as at rest; repeated messages arrive sooner.
_QUIET_SECONDS = 2.5
_LIMIT_SECONDS = 300.0
_POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Rest:
    """A system at rest: its facts, and what is wrong with them."""

    facts: Facts
    findings: Sequence[Finding]

    @property
    def table(self) -> Table:
        """Supplier and state of every copy."""
        return _table(self.facts.copies)


def _table(copies: Iterable[BookedCopy]) -> Table:
    return {copy.key: CopyNow(copy.supplier, copy.state) for copy in copies}


def of_orders(prefix: str, table: Table) -> Table:
    """Returns the part of a table with the orders that have the prefix."""
    return {key: copy for key, copy in table.items() if key.order_number.startswith(f"{prefix}-")}


class Play:
    """A running stack, the LMS of one council, and access to every database."""

    def __init__(self, stack: Stack, lms: Lms, databases: Databases) -> None:
        self.stack = stack
        self.lms = lms
        self.databases = databases
        self._receiving = asyncio.create_task(lms.keep_receiving())

    async def close(self) -> None:
        """Stops receiving. Raises the error that ended the receiving earlier, if there was one."""
        self._receiving.cancel()
        with suppress(asyncio.CancelledError):
            await self._receiving

    async def place(self, orders: Iterable[Order], *, every: float = 0.0) -> None:
        """Places orders one after the other, with a pause between them; repeats each until it is accepted."""
        for order in orders:
            await self.lms.place(order)
            await asyncio.sleep(every)

    async def rest(self, *, like: Table | None = None, quiet: float = _QUIET_SECONDS) -> Rest:
        """Waits until nothing is wrong and nothing has changed for `quiet` seconds; returns with findings after a time limit.

        A supplier may be about to send what it held back, which nobody can see. Where the final states are known (`like`), waits
        until the copies have them, too.
        """
        deadline = time.monotonic() + _LIMIT_SECONDS
        expected = like or {}
        before: Table = {}
        quiet_since = time.monotonic()
        while True:
            if self._receiving.done():
                self._receiving.result()
            table = _table(await copies_in_orders(self.databases))
            moving = table != before or not expected.items() <= table.items()
            before = table
            # Reading everything keeps the machine busy, so it is read once no copy has moved for long enough.
            if (not moving and time.monotonic() - quiet_since >= quiet) or time.monotonic() > deadline:
                facts = await collect(self.stack, self.databases, self.lms.ledger)
                now = Rest(facts, check(facts))
                moving = bool(now.findings) or now.table != table
                if not moving or time.monotonic() > deadline:
                    return now
            if moving:
                quiet_since = time.monotonic()
            await asyncio.sleep(_POLL_SECONDS)


@asynccontextmanager
async def playing(stack: Stack, *, council: str = SUFFOLK, only: str | None = None) -> AsyncIterator[Play]:
    """Runs the LMS of a council in a running stack; it unpacks whatever arrives."""
    here = stack.endpoints
    addresses = Addresses(here.orders, here.catalogue, here.delivery, _tokens(stack, council))
    async with open_lms(addresses, seed=stack.options.simulators.seed) as lms, Databases(stack) as databases:
        # Enough orders to include every branch.
        await lms.set_up(branches_of(some_orders("ALL", 20), BRANCHES), only=only)
        play = Play(stack, lms, databases)
        try:
            yield play
        finally:
            await play.close()


def _tokens(stack: Stack, council: str) -> Callable[[], str]:
    return lambda: stack.token(council, *SCOPES)
