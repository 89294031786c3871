"""Watches the failure of a supplier's mailbox: how long the exchange reports it, and whether other copies still progress."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from local.demo.reckoning import Copies, moving

_POLL_SECONDS = 0.25


@dataclass(slots=True)
class Outage:
    """What was observed: the failure's `seconds`, and how many copies of other suppliers could change state and did."""

    seconds: float = 0.0
    could_move: int = 0
    moved: int = 0
    over: bool = False

    def faults(self) -> list[str]:
        """Returns what went wrong, in words."""
        if not self.seconds:
            return ["the mailbox failed, but its exchange never noticed"]
        found = [] if self.over else ["the mailbox works again, but its exchange has not noticed"]
        if self.could_move and not self.moved:
            found.append("while the mailbox failed, the copies of other suppliers did not progress either")
        return found


async def watch_outage(cut_off: Callable[[], Awaitable[bool]], copies: Callable[[], Copies], seen: Outage) -> None:
    """Records the supplier's first failure in `seen`; returns when it is over. `copies` returns those of other suppliers."""
    while not await cut_off():  # noqa: ASYNC110 - what is waited for happens in other processes
        await asyncio.sleep(_POLL_SECONDS)
    began, before = time.monotonic(), copies()
    seen.could_move = len(moving(before))
    while await cut_off():
        _note(seen, began, before, copies())
        await asyncio.sleep(_POLL_SECONDS)
    _note(seen, began, before, copies())
    seen.over = True


def _note(seen: Outage, began: float, before: Copies, now: Copies) -> None:
    seen.seconds = time.monotonic() - began
    seen.moved = sum(before.get(key) != copy for key, copy in now.items())
