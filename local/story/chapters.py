"""The chapters of the story. Each says in a sentence what the council does, does it, and shows what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from local.demo.invoices import invoice_lines, invoices_in
from local.demo.play import Beside, Outcome, Patience, Run, nothing_beside
from local.demo.reckoning import Copies, counts, per_state
from local.demo.records import records_table
from local.demo.report import print_outcome
from local.demo.screen import progress_shown
from local.demo.watch import Watch
from local.lms.answers import ConsignmentInList
from local.lms.lms import Lms
from local.lms.orders import Order, copy_keys
from local.lms.sourcing import CONSORTIUM, NATIONAL
from local.story import council
from local.story.account import Account, account
from local.story.departing import Departing
from local.story.evidence import Evidence, cost_lines, difference_lines, measures_table
from local.story.leaving import Leaving
from shared.wording import counted

FEWEST_ORDERS = 8
LEGS = {"to_hub": "to the hub", "from_hub": "on from the hub", "direct": "straight to a branch"}


class Parts(NamedTuple):
    """The orders of each chapter."""

    hub: Sequence[Order]
    direct: Sequence[Order]
    trial: Sequence[Order]
    in_flight: Sequence[Order]
    after: Sequence[Order]


def parts_of(orders: Sequence[Order]) -> Parts:
    """Divides at least FEWEST_ORDERS orders: a quarter for each of the first three chapters, all but the last for the next."""
    cut = len(orders) // 4
    return Parts(orders[:cut], orders[cut : 2 * cut], orders[2 * cut : 3 * cut], orders[3 * cut : -1], orders[-1:])


@dataclass(slots=True)
class Story:
    """The story so far: the orders placed, the switch, and how the copies came out when last accounted for."""

    lms: Lms
    evidence: Evidence
    console: Console
    patience: Patience
    watch: Watch
    leaving: Leaving
    departing: Departing
    orders: list[Order] = field(default_factory=list)
    outcome: Outcome = field(default_factory=lambda: Outcome({}, [], [], 0.0))

    async def play(self, parts: Parts) -> None:
        """Plays the chapters that place orders, one after the other, for as long as every copy is accounted for."""
        chapters = ((self._hub, parts.hub), (self._direct, parts.direct), (self._trial, parts.trial))
        for chapter, orders in chapters:
            await chapter(orders)
            if self.outcome.faults:
                return
        await self._leave(parts.in_flight, parts.after)

    async def _hub(self, orders: Sequence[Order]) -> None:
        self._chapter(1, "Everything comes from the consortium, through its hub")
        self._say("One sourcing rule names the consortium, one delivery rule its hub CSU, and a van brings the books on.")
        await council.state_costs(self.evidence.service)
        await council.go_through_the_hub(self.lms)
        await self._place(orders)
        await self._deliveries_seen(orders)

    async def _direct(self, orders: Sequence[Order]) -> None:
        self._chapter(2, "The delivery rule changes: goods go straight to the branches")
        self._say("The supplier stays, and packs new orders by branch. What was ordered before keeps its route.")
        await council.go_direct(self.lms)
        await self._place(orders)
        await self._deliveries_seen(orders)

    async def _trial(self, orders: Sequence[Order]) -> None:
        self._chapter(3, "The national bookseller is tried on a share of the orders")
        self._say(
            f"A trial draws {council.TRIAL_SHARE} of the order lines, the same lines every time. Nothing is decided about it."
        )
        await council.try_the_bookseller(self.lms)
        await self._place(orders)
        await council.end_the_trial(self.lms)
        drawn = {one.supplier: one.ordered for one in counts(self._copies_of(orders))}
        pilot, control = (counted(drawn.get(name, 0), "copy") for name in (NATIONAL, CONSORTIUM))
        self._say(f"Seen: pilot arm {pilot} with the bookseller, control arm {control} with the consortium. The trial ends.")

    async def _leave(self, orders: Sequence[Order], after: Sequence[Order]) -> None:
        self._chapter(4, "The council leaves the provider with orders in flight, and keeps its records")
        self._say("A switch with `move`: a copy is placed with the bookseller only once the consortium has cancelled it.")
        self.orders += after
        await self._place(orders, partial(self.leaving.leave, self.watch, copy_keys(orders), after))
        await self.leaving.look(self.watch)
        stages = ", ".join(f"{stage} {number}" for stage, number in sorted(self.leaving.copies.items()))
        self._say(f"Seen: the switch is done ({stages}). Each order has the same number, lines and copies as before.")
        served = " and ".join(sorted({copy.supplier for copy in self._copies_of(after).values()}))
        self._say(f"Seen: the next order is served by {served}. The catalogue's rule still names the consortium for records.")

    async def departed(self, folder: Path) -> list[Path]:
        """Plays the chapter that settles what still ties the council to the consortium; returns the exit statement's file.

        Plays nothing and returns no file if the council has not left, or if not every copy is accounted for.
        """
        if self.leaving.switch_id is None or self.outcome.faults:
            return []
        self._chapter(5, "What still ties the council to the consortium comes to nothing")
        await self._place((), partial(self.departing.place_what_is_owed, self.leaving.switch_id))
        await self.departing.agree()
        return [await self.departing.end(folder)]

    async def measured(self, folder: Path) -> list[Path]:
        """Prints what was measured, and returns the files of the report."""
        self._chapter(6, "What was measured. The software computes no winner, and nobody has decided yet")
        self._say("Figures have n and a 95 % interval. The suppliers are simulated: this shows the form, not what real ones do.")
        by_supplier = await self.evidence.complete(len(self.watch.names))
        by_arm = await self.evidence.measures("arm")
        self.console.print(measures_table("Copies by supplier", by_supplier.groups))
        self.console.print(measures_table("Copies by arm of the trial", by_arm.groups))
        suppliers = [group.key for group in by_supplier.groups]
        invoices = invoice_lines(await invoices_in(self.lms.orders), suppliers)
        costs = cost_lines(await self.evidence.costs(), suppliers)
        for line in (*difference_lines(by_arm.differences), *invoices, *costs):
            self._say(line)
        self.console.print(await records_table(self.lms))
        self._say("Records were asked of the consortium only; the bookseller's come unasked, with its shelf-ready books.")
        files = [await self.evidence.report(by, folder) for by in ("supplier", "arm")]
        for file in files:
            self._say(f"Report, to read in a browser or to print: {file}")
        return files

    async def accounted(self) -> Account:
        """Accounts for every copy across both suppliers, and prints it."""
        await self.leaving.look(self.watch)
        found = account(copy_keys(self.orders), self.watch.copies, self.watch.twice, self.leaving.doubled)
        self.outcome = replace(self.outcome, faults=[*self.outcome.faults, *self.departing.faults, *found.faults])
        self.console.print()
        print_outcome(self.console, self.outcome)
        self.console.print("\n".join(found.in_words()), highlight=False, markup=False, soft_wrap=True)
        return found

    async def _place(self, orders: Sequence[Order], beside: Beside = nothing_beside) -> None:
        """Places orders and receives what comes until nothing changes any more."""
        with progress_shown(self.console) as show:
            run = Run(self.lms, orders, show, others=tuple(self.orders), watch=self.watch)
            self.outcome = await run.play(self.patience, beside)
        self.orders += orders

    async def _deliveries_seen(self, orders: Sequence[Order]) -> None:
        states = ", ".join(f"{state.replace('_', ' ')} {number}" for state, number in per_state(self._copies_of(orders)).items())
        legs = [await self.lms.delivery.pages("/v1/consignments", ConsignmentInList, {"leg": leg}) for leg in LEGS]
        told = ", ".join(f"{text} {len(listed)}" for text, listed in zip(LEGS.values(), legs, strict=True))
        self._say(f"Seen: {counted(len(copy_keys(orders)), 'copy')} ordered ({states}). Consignments so far: {told}.")

    def _copies_of(self, orders: Sequence[Order]) -> Copies:
        keys = set(copy_keys(orders))
        return {key: copy for key, copy in self.watch.copies.items() if key in keys}

    def _chapter(self, number: int, title: str) -> None:
        self.console.print(f"\nChapter {number}. {title}.", style="bold", highlight=False, soft_wrap=True)

    def _say(self, text: str) -> None:
        self.console.print(f"  {text}", highlight=False, markup=False, soft_wrap=True)
