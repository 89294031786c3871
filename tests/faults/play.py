"""A stack that an LMS uses, and a wait until nothing changes any more and nothing is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from local.demo.reckoning import CopyNow
from local.lms.branches import BRANCHES, branches_of
from local.lms.lms import SCOPES, Addresses, Lms, open_lms
from local.lms.orders import CopyKey, Order
from local.stack import Stack
from local.stack.options import COUNCILS
from tests.faults import books
from tests.faults.checker import Finding, check
from tests.faults.collector import Databases, collect, copies_in_orders, simulators_of
from tests.faults.facts import BookedCopy, Facts
from tests.faults.order_file import some_orders
from tests.faults.progress import Progress

SUFFOLK = next(iter(COUNCILS))
Table = dict[CopyKey, CopyNow]
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

    async def rest(self, *, like: Table | None = None) -> Rest:
        """Waits until nothing can change any more and nothing is wrong; returns with findings if everything stands still before.

        Nothing can change when the suppliers' own records have nothing to send, the mailbox is empty, and no message, event,
        copy or parcel is on its way, which the checker would call stuck. Where the final states are known (`like`), waits until
        the copies have them, too.
        """
        progress, expected = Progress(self.databases), like or {}
        while True:
            if self._receiving.done():
                self._receiving.result()
            late = await progress.stands_still()
            # Reading everything while something is on its way would only keep the machine busy.
            if late or (not progress.moved and await self._has_arrived(expected)):
                facts = await collect(self.stack, self.databases, self.lms.ledger)
                now = Rest(facts, check(facts))
                if late or not now.findings:
                    return now
            await asyncio.sleep(_POLL_SECONDS)

    async def _has_arrived(self, expected: Table) -> bool:
        """Whether nothing more comes from the suppliers, and the copies have the expected states."""
        if books.still_to_come(*simulators_of(self.stack)):
            return False
        return not expected or expected.items() <= _table(await copies_in_orders(self.databases)).items()


@asynccontextmanager
async def playing(stack: Stack, *, council: str = SUFFOLK, only: str | None = None) -> AsyncIterator[Play]:
    """Runs the LMS of a council in a running stack; it unpacks whatever arrives."""
    here = stack.endpoints
    addresses = Addresses(here.orders, here.catalogue, here.delivery, here.lms, _tokens(stack, council))
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
