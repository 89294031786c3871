"""One run of the demo: the LMS plays against a running system until nothing moves any more, or for too long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from local.demo.reckoning import Copies, faults, moving, per_state
from local.demo.screen import Progress
from local.demo.watch import Watch
from local.lms.calls import UnexpectedAnswer
from local.lms.lms import Lms
from local.lms.orders import CopyKey, Order, copy_keys

_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Patience:
    """When a run is over: nothing changed for `quiet` seconds; or, in vain, `limit` seconds after its first order."""

    quiet: float
    limit: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to. `faults` is empty when every copy is accounted for; `nameless` are ISBNs without a title.

    `explained`: why copies stay on the way, where that is known.
    """

    copies: Copies
    faults: Sequence[str]
    nameless: Sequence[str]
    seconds: float
    explained: Mapping[CopyKey, str] = field(default_factory=dict)


class Papers(Protocol):
    """What else tells whether a run is over: the files that a supplier dropped, as they were at the last look."""

    async def look(self) -> None:
        """See what there is now."""

    def unread(self) -> Sequence[str]:
        """The files that have not come to an end yet, by name: more may come of them."""

    def explain(self, watch: Watch) -> Mapping[CopyKey, str]:
        """Why copies stay on the way."""


class NoPapers:
    """Nobody looks at files: no copy may stay on the way."""

    async def look(self) -> None:
        """There is nothing to see."""

    def unread(self) -> Sequence[str]:
        """None is known of."""
        return ()

    def explain(self, _: Watch) -> Mapping[CopyKey, str]:
        """Nothing is explained."""
        return {}


class Run:
    """Some orders on their way through the system."""

    def __init__(
        self, lms: Lms, orders: Sequence[Order], show: Callable[[Progress], None], *, papers: Papers | None = None
    ) -> None:
        self.watch = Watch(lms.orders)
        self._lms = lms
        self._orders = orders
        self._show = show
        self._papers = papers or NoPapers()
        self._explained: Mapping[CopyKey, str] = {}
        self._began = time.monotonic()

    async def play(self, patience: Patience) -> Outcome:
        """Place the orders, receive what comes, and reckon up."""
        working = asyncio.create_task(self._lms.work(self._orders))
        watching = asyncio.create_task(self._until_quiet(patience.quiet))
        try:
            done, _ = await asyncio.wait({working, watching}, timeout=patience.limit, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (working, watching):
                task.cancel()
            ends = await asyncio.gather(working, watching, return_exceptions=True)
        troubles = [text for end in ends if isinstance(end, Exception) for text in _refusals(end)]
        if not done:
            troubles.append(self._stuck(patience.limit))
        nameless = [] if troubles else await self.watch.nameless()
        return self._outcome(troubles, nameless)

    async def go_on(self, until_settled: Collection[CopyKey], patience: Patience) -> Outcome:
        """Receive what comes until these copies rest and all files are read, or in vain, and reckon up again."""
        receiving = asyncio.create_task(self._lms.keep_receiving())
        troubles = []
        try:
            async with asyncio.timeout(patience.limit):
                while moving(self.watch.copies).keys() & set(until_settled) or self._papers.unread():
                    await asyncio.sleep(_LOOK_SECONDS)
                    await self.watch.look()
                    await self._papers.look()
        except TimeoutError:
            troubles.append(self._stuck(patience.limit))
        finally:
            receiving.cancel()
            ends = await asyncio.gather(receiving, return_exceptions=True)
        troubles += [text for end in ends if isinstance(end, Exception) for text in _refusals(end)]
        self._explained = self._papers.explain(self.watch)
        return self._outcome(troubles, [])

    def _outcome(self, troubles: Sequence[str], nameless: Sequence[str]) -> Outcome:
        progress, ledger = self._progress(), self._lms.ledger
        found = faults(copy_keys(self._orders), progress.copies, ledger.found, explained=self._explained)
        found += [f"{name} was dropped and came to no end" for name in self._papers.unread()]
        return Outcome(progress.copies, [*troubles, *ledger.complaints, *found], nameless, progress.seconds, self._explained)

    async def _until_quiet(self, quiet: float) -> None:
        """Look again and again; return when all is placed, nothing moves, and that for `quiet` seconds."""
        before, since = self._progress(), time.monotonic()
        while True:
            await self.watch.look()
            now = self._progress()
            self._show(now)
            if (now.placed, now.receipts, now.copies) != (before.placed, before.receipts, before.copies):
                before, since = now, time.monotonic()
            if now.placed == now.orders and time.monotonic() - since >= quiet and await self._settled(now.copies):
                return
            await asyncio.sleep(_LOOK_SECONDS)

    async def _settled(self, copies: Copies) -> bool:
        """Whether every file came to its end, and no copy is on the move but those of which it is known why they stay."""
        await self._papers.look()
        self._explained = self._papers.explain(self.watch)
        return not self._papers.unread() and moving(copies).keys() <= self._explained.keys()

    def _progress(self) -> Progress:
        ledger = self._lms.ledger
        seconds = time.monotonic() - self._began
        return Progress(seconds, len(ledger.placed), len(self._orders), ledger.receipts, dict(self.watch.copies))

    def _stuck(self, limit: float) -> str:
        progress = self._progress()
        waiting = ", ".join(f"{number} {state}" for state, number in per_state(moving(progress.copies)).items())
        placed = f"{progress.placed} of {progress.orders} orders placed"
        return f"not settled within {limit:.0f} s: {placed}; on the move: {waiting or 'nothing, but copies kept changing'}"


def _refusals(error: Exception) -> Iterator[str]:
    """What services refused, out of nested groups. Anything else is a fault of our own and is raised."""
    if isinstance(error, ExceptionGroup):
        for inner in error.exceptions:
            yield from _refusals(inner)
    elif isinstance(error, UnexpectedAnswer):
        yield str(error)
    else:
        raise error
