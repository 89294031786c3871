"""Watches a supplier's mailbox being dead: for how long its exchange says so, and that nothing else stands still meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from local.demo.reckoning import Copies, moving

_LOOK_SECONDS = 0.25


@dataclass(slots=True)
class Outage:
    """What was seen of it: `seconds` it lasted, and how many copies of other suppliers were on the move and did move."""

    seconds: float = 0.0
    could_move: int = 0
    moved: int = 0
    over: bool = False

    def faults(self) -> list[str]:
        """What does not hold, in words."""
        if not self.seconds:
            return ["the mailbox was to go dead, and its exchange never noticed"]
        found = [] if self.over else ["the mailbox came back, and its exchange has not noticed"]
        if self.could_move and not self.moved:
            found.append("while the mailbox was dead, the other suppliers' copies stood still, too")
        return found


async def watch_outage(cut_off: Callable[[], Awaitable[bool]], copies: Callable[[], Copies], seen: Outage) -> None:
    """Note in `seen` the first time that a supplier is cut off; returns once it is not any more. `copies` are the others'."""
    while not await cut_off():  # noqa: ASYNC110 - what is waited for happens in other processes
        await asyncio.sleep(_LOOK_SECONDS)
    began, before = time.monotonic(), copies()
    seen.could_move = len(moving(before))
    while await cut_off():
        _note(seen, began, before, copies())
        await asyncio.sleep(_LOOK_SECONDS)
    _note(seen, began, before, copies())
    seen.over = True


def _note(seen: Outage, began: float, before: Copies, now: Copies) -> None:
    seen.seconds = time.monotonic() - began
    seen.moved = sum(before.get(key) != copy for key, copy in now.items())
