"""One run of the demo: the LMS plays against a running system until nothing moves any more, or for too long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from local.demo.reckoning import Copies, faults, moving, per_state
from local.demo.screen import Progress
from local.demo.watch import Watch
from local.lms.calls import UnexpectedAnswer
from local.lms.lms import Lms
from local.lms.orders import Order, copy_keys

_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Patience:
    """When a run is over: nothing changed for `quiet` seconds; or, in vain, `limit` seconds after its first order."""

    quiet: float
    limit: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to. `faults` is empty when every copy is accounted for; `nameless` are ISBNs without a title."""

    copies: Copies
    faults: Sequence[str]
    nameless: Sequence[str]
    seconds: float


class Run:
    """Some orders on their way through the system."""

    def __init__(self, lms: Lms, orders: Sequence[Order], show: Callable[[Progress], None]) -> None:
        self._lms = lms
        self._orders = orders
        self._show = show
        self._watch = Watch(lms.orders)
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
        nameless = [] if troubles else await self._watch.nameless()
        return self._outcome(troubles, nameless)

    def _outcome(self, troubles: Sequence[str], nameless: Sequence[str]) -> Outcome:
        progress, ledger = self._progress(), self._lms.ledger
        found = faults(copy_keys(self._orders), progress.copies, ledger.found)
        return Outcome(progress.copies, [*troubles, *ledger.complaints, *found], nameless, progress.seconds)

    async def _until_quiet(self, quiet: float) -> None:
        """Look again and again; return when all is placed, nothing moves, and that for `quiet` seconds."""
        before, since = self._progress(), time.monotonic()
        while True:
            await self._watch.look()
            now = self._progress()
            self._show(now)
            if (now.placed, now.receipts, now.copies) != (before.placed, before.receipts, before.copies):
                before, since = now, time.monotonic()
            settled = now.placed == now.orders and not moving(now.copies)
            if settled and time.monotonic() - since >= quiet:
                return
            await asyncio.sleep(_LOOK_SECONDS)

    def _progress(self) -> Progress:
        ledger = self._lms.ledger
        seconds = time.monotonic() - self._began
        return Progress(seconds, len(ledger.placed), len(self._orders), ledger.receipts, dict(self._watch.copies))

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
