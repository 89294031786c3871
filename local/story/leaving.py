"""The council leaves the provider with orders in flight: plans the switch, waits for answers, decides where none comes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from rich.console import Console

from local.demo.watch import Watch
from local.lms.calls import UnexpectedAnswer
from local.lms.lms import Lms
from local.lms.orders import CopyKey, Order
from local.story import council
from local.story.council import Switch, SwitchedCopy
from shared.wording import counted

_POLL_SECONDS = 0.5
# The simulated consortium answers within a second. Who is silent for so long will not answer.
_SILENT_SECONDS = 5.0
_UNANSWERED = frozenset({"ordered", "sent"})
_REASON = "The consortium said on the telephone that it has not picked them"


@dataclass(slots=True)
class Leaving:
    """The switch: its copies by stage at the end, how many a person decided about, and those that it reports as doubled."""

    lms: Lms
    console: Console
    copies: dict[str, int] = field(default_factory=dict)
    decided: int = 0
    switch_id: UUID | None = None
    doubled: list[CopyKey] = field(default_factory=list)

    async def leave(self, watch: Watch, in_flight: Collection[CopyKey], after: Sequence[Order]) -> None:
        """Leaves once the copies in flight are answered, then places the orders that come `after`.

        Returns when the switch is done. Raises UnexpectedAnswer.
        """
        while not _answered(watch, in_flight):  # noqa: ASYNC110 - what is waited for happens in other processes
            await asyncio.sleep(_POLL_SECONDS)
        asked = council.leaving()
        would = await council.preview(self.lms.orders, asked)
        self._say(f"Preview: {counted(would.copies, 'open copy')} would be asked back now; what is despatched before then stays.")
        switch_id = await council.switch(self.lms.orders, asked)
        now = await self._until_silent(switch_id)
        self._say(f"The consortium was asked to cancel them. Its answers: {_in_words(now)}.")
        await self._decide(switch_id)
        for order in after:
            await self.lms.place(order)
        while now.state != "done":
            await asyncio.sleep(_POLL_SECONDS)
            now = await council.switched(self.lms.orders, switch_id)
        self.switch_id = switch_id

    async def look(self, watch: Watch) -> None:
        """Reads what became of the copies; news of them moves them on even when the switch is done. Raises UnexpectedAnswer."""
        if self.switch_id is not None:
            self.copies = (await council.switched(self.lms.orders, self.switch_id)).copies
            doubled = await council.switched_copies(self.lms.orders, self.switch_id, "doubled")
            self.doubled = [watch.names[copy.line_key, copy.copy_number] for copy in doubled]

    async def _until_silent(self, switch_id: UUID) -> Switch:
        """Returns the switch once no copy waits for an answer, or no answer has come for some seconds."""
        before, since = await council.switched(self.lms.orders, switch_id), time.monotonic()
        while True:
            now = await council.switched(self.lms.orders, switch_id)
            answered = now.state == "done" or (now.copies and not now.copies.get("asked"))
            if now != before or now.state == "planned":
                before, since = now, time.monotonic()
            if answered or time.monotonic() - since >= _SILENT_SECONDS:
                return now
            await asyncio.sleep(_POLL_SECONDS)

    async def _decide(self, switch_id: UUID) -> None:
        waiting = await self._placed_anew(switch_id)
        self.decided = len(waiting)
        if not waiting:
            self._say("This time every answer came, so nobody has to decide.")
            return
        lines = counted(len({copy.line_key for copy in waiting}), "line")
        self._say(
            f"For {lines} with {counted(self.decided, 'copy')} no answer comes. A person telephones and decides: placed "
            "with the bookseller. The reason is in the order's timeline. (Otherwise the switch would ask after five days.)"
        )

    async def _placed_anew(self, switch_id: UUID) -> list[SwitchedCopy]:
        """Orders the copies without an answer again, and returns them. Reads the list again if an answer arrives meanwhile."""
        while waiting := await council.switched_copies(self.lms.orders, switch_id, "asked"):
            try:
                await council.place_anew(self.lms.orders, switch_id, waiting, _REASON)
            except UnexpectedAnswer as refusal:
                if refusal.problem.code != "not-decidable":
                    raise
            else:
                return waiting
        return []

    def _say(self, text: str) -> None:
        self.console.print(f"  {text}", highlight=False, markup=False, soft_wrap=True)


def _answered(watch: Watch, in_flight: Collection[CopyKey]) -> bool:
    copies = watch.copies
    return all(key in copies and copies[key].state not in _UNANSWERED for key in in_flight)


def _in_words(now: Switch) -> str:
    words = {
        "moved": "cancelled, and placed again with the bookseller",
        "stays": "already despatched, so they stay with the consortium",
        "asked": "not answered",
        "asks": "for a person to decide",
    }
    told = [f"{now.copies[stage]} {text}" for stage, text in words.items() if now.copies.get(stage)]
    return "; ".join(told) or "none"
