"""One run of the demo: the LMS uses a running system until no copy changes state any more, or until a time limit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from local.demo.reckoning import ARRIVED, Copies, faults, moving, per_state
from local.demo.screen import Progress
from local.demo.watch import Watch
from local.lms.calls import UnexpectedAnswer
from local.lms.lms import Lms
from local.lms.orders import CopyKey, Order, copy_keys

_POLL_SECONDS = 0.5

Beside = Callable[[], Coroutine[None, None, None]]
"""What happens while a run goes on."""


@dataclass(frozen=True, slots=True)
class Patience:
    """When a run ends: nothing has changed for `quiet` seconds, or, as a failure, `limit` seconds after its first order."""

    quiet: float
    limit: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a run. `faults` is empty if every copy is accounted for; `untitled` are ISBNs without a title.

    `explained`: copies that stay on their way for a known reason, with the reason.
    """

    copies: Copies
    faults: Sequence[str]
    untitled: Sequence[str]
    seconds: float
    explained: Mapping[CopyKey, str] = field(default_factory=dict)


class SupplierFiles(Protocol):
    """The files that a supplier sent, as last seen. A run is over only when all of them were read."""

    async def refresh(self) -> None:
        """Reads the current state of the files."""

    def unread(self) -> Sequence[str]:
        """Returns the names of files that were not read yet; copies may still change because of them."""

    def explain(self, watch: Watch) -> Mapping[CopyKey, str]:
        """Returns the copies that stay on their way for a known reason, with the reason."""


class NoSupplierFiles:
    """Used when files are not watched: no copy may stay on its way."""

    async def refresh(self) -> None:
        """Does nothing."""

    def unread(self) -> Sequence[str]:
        """Returns no file."""
        return ()

    def explain(self, _: Watch) -> Mapping[CopyKey, str]:
        """Returns no copy."""
        return {}


async def nothing_beside() -> None:
    """Does nothing."""


class Run:
    """Plays some orders through the system and counts their copies, and those of the `others`, which are placed elsewhere."""

    def __init__(
        self,
        lms: Lms,
        orders: Sequence[Order],
        show: Callable[[Progress], None],
        *,
        files: SupplierFiles | None = None,
        others: Sequence[Order] = (),
        watch: Watch | None = None,
    ) -> None:
        self.watch = watch or Watch(lms.orders)
        self._lms = lms
        self._new = orders
        self._orders = (*others, *orders)
        self._show = show
        self._files = files or NoSupplierFiles()
        self._explained: Mapping[CopyKey, str] = {}
        self._began = time.monotonic()

    async def play(self, patience: Patience, beside: Beside = nothing_beside) -> Outcome:
        """Places the orders, receives what arrives, and accounts for every copy. It is not over before `beside` is."""
        working = asyncio.create_task(self._lms.work(self._new))
        watching = asyncio.create_task(self._until_over(patience.quiet, beside))
        try:
            done, _ = await asyncio.wait({working, watching}, timeout=patience.limit, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (working, watching):
                task.cancel()
            ends = await asyncio.gather(working, watching, return_exceptions=True)
        troubles = [text for end in ends if isinstance(end, Exception) for text in _refusals(end)]
        if not done:
            troubles.append(self._stuck(patience.limit))
        untitled = [] if troubles else await self.watch.untitled()
        return self._outcome(troubles, untitled)

    async def receive_until_settled(self, until_settled: Collection[CopyKey], patience: Patience) -> Outcome:
        """Receives what arrives until these copies settle and all files are read, or the limit is reached. Accounts again."""
        receiving = asyncio.create_task(self._lms.keep_receiving())
        troubles = []
        try:
            async with asyncio.timeout(patience.limit):
                while moving(self.watch.copies).keys() & set(until_settled) or self._files.unread():
                    await asyncio.sleep(_POLL_SECONDS)
                    await self.watch.refresh()
                    await self._files.refresh()
        except TimeoutError:
            troubles.append(self._stuck(patience.limit))
        finally:
            receiving.cancel()
            ends = await asyncio.gather(receiving, return_exceptions=True)
        troubles += [text for end in ends if isinstance(end, Exception) for text in _refusals(end)]
        self._explained = self._files.explain(self.watch)
        return self._outcome(troubles, [])

    def _outcome(self, troubles: Sequence[str], untitled: Sequence[str]) -> Outcome:
        progress, ledger = self._progress(), self._lms.ledger
        found = faults(copy_keys(self._orders), progress.copies, self._scanned(progress.copies), explained=self._explained)
        found += [f"{name} was sent by the supplier, but the exchange has not read it" for name in self._files.unread()]
        return Outcome(progress.copies, [*troubles, *ledger.complaints, *found], untitled, progress.seconds, self._explained)

    def _scanned(self, copies: Copies) -> dict[CopyKey, str]:
        """Returns what the LMS scanned; not of a copy that was damaged or missing, and has not arrived since it moved."""
        away = {key for key in self.watch.moved if copies[key].state not in ARRIVED}
        return {key: state for key, state in self._lms.ledger.found.items() if key not in away}

    async def _until_over(self, quiet: float, beside: Beside) -> None:
        async with asyncio.TaskGroup() as tasks:
            other = tasks.create_task(beside())
            await self._until_quiet(quiet, other.done)

    async def _until_quiet(self, quiet: float, over: Callable[[], bool]) -> None:
        """Polls until all orders are placed, what happens beside is over, and nothing has changed for `quiet` seconds."""
        before, since = self._progress(), time.monotonic()
        while True:
            await self.watch.refresh()
            now = self._progress()
            self._show(now)
            if not over() or (now.placed, now.receipts, now.copies) != (before.placed, before.receipts, before.copies):
                before, since = now, time.monotonic()
            if now.placed == now.orders and time.monotonic() - since >= quiet and await self._settled(now.copies):
                return
            await asyncio.sleep(_POLL_SECONDS)

    async def _settled(self, copies: Copies) -> bool:
        """Returns whether every file was read, and every copy still on its way is explained."""
        await self._files.refresh()
        self._explained = self._files.explain(self.watch)
        return not self._files.unread() and moving(copies).keys() <= self._explained.keys()

    def _progress(self) -> Progress:
        ledger = self._lms.ledger
        seconds = time.monotonic() - self._began
        return Progress(seconds, len(ledger.placed), len(self._orders), ledger.receipts, dict(self.watch.copies))

    def _stuck(self, limit: float) -> str:
        progress = self._progress()
        waiting = ", ".join(f"{number} {state}" for state, number in per_state(moving(progress.copies)).items())
        placed = f"{progress.placed} of {progress.orders} orders placed"
        return f"not settled within {limit:.0f} s: {placed}; still on the way: {waiting or 'none, but copies kept changing'}"


def _refusals(error: Exception) -> Iterator[str]:
    """Yields what services refused, also from nested groups. Raises any other error, which is a fault of our own."""
    if isinstance(error, ExceptionGroup):
        for inner in error.exceptions:
            yield from _refusals(inner)
    elif isinstance(error, UnexpectedAnswer):
        yield str(error)
    else:
        raise error
