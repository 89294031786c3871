"""The demo with a bookseller that misbehaves: plays, accounts for what waits, and mends one message as a person would."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console

from local.demo.exchange import Exchange, Message
from local.demo.outage import Outage, watch_outage
from local.demo.play import Outcome, Patience, Run
from local.demo.reckoning import ARRIVED, Copies, CopyNow
from local.demo.screen import Progress
from local.demo.spoiled import Spoiled, explained, mendable, spoiled_files, tally, unread
from local.demo.telling import quarantine_table, shortened, tell_explained, tell_faults, tell_outcome
from local.demo.watch import Watch
from local.lms.calls import UnexpectedAnswer
from local.lms.lms import Lms
from local.lms.orders import CopyKey, Order
from local.simulators.bookseller.mischief import Prank, read_journal
from local.simulators.bookseller.options import JOURNAL

_REASON = "The bookseller was asked and says what it meant"


@dataclass(slots=True)
class Bookseller:
    """The misbehaving supplier: its exchange, its own folder with the journal, and for how long its mailbox goes dead.

    `pranks` and `came_in` are what the journal and the exchange held at the last look.
    """

    supplier: str
    exchange: Exchange
    folder: Path
    dead_seconds: float
    pranks: Sequence[Prank] = ()
    came_in: Sequence[Message] = ()

    async def look(self) -> None:
        """Read the journal, then ask the exchange: what is noted is dropped next, and fetched after that."""
        self.pranks = await asyncio.to_thread(read_journal, self.folder / JOURNAL)
        self.came_in = await self.exchange.came_in()

    def files(self) -> list[Spoiled]:
        """Every file that was spoiled, as the exchange has it."""
        return spoiled_files(self.pranks, self.came_in)

    def unread(self) -> Sequence[str]:
        """The files that have not come to an end in the exchange."""
        return unread(self.pranks, self.came_in)

    def explain(self, watch: Watch) -> Mapping[CopyKey, str]:
        """Why copies stay on the way."""
        return explained(self.files(), watch.copies, watch.names)


@dataclass(slots=True)
class Aftermath:
    """What there is to say of a run with faults, beside its outcome. `mended`: copies before and after."""

    outcome: Outcome
    outage: Outage = field(default_factory=Outage)
    files: Sequence[Spoiled] = ()
    waiting: Sequence[Message] = ()
    mended: Mapping[CopyKey, tuple[CopyNow, CopyNow]] = field(default_factory=dict)

    def details(self) -> dict[str, object]:
        """For the result as JSON."""
        return {
            "explained": {str(key): reason for key, reason in sorted(self.outcome.explained.items())},
            "spoiled": tally(self.files),
            "waiting": {message.name: message.reason for message in self.waiting},
            "mended": {str(key): after.state for key, (_, after) in sorted(self.mended.items())},
            "outage": {"seconds": round(self.outage.seconds, 1), "moved": self.outage.moved},
        }


async def play_with_faults(
    lms: Lms, orders: Sequence[Order], bookseller: Bookseller, *, show: Callable[[Progress], None], patience: Patience
) -> tuple[Run, Aftermath]:
    """Play while the bookseller misbehaves. Every file that it dropped must come to its end in the exchange."""
    run = Run(lms, orders, show, papers=bookseller)
    outage = Outage()

    def copies_of_others() -> Copies:
        return {key: copy for key, copy in run.watch.copies.items() if copy.supplier != bookseller.supplier}

    watching = asyncio.create_task(watch_outage(bookseller.exchange.is_cut_off, copies_of_others, outage))
    try:
        outcome = await run.play(patience)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    found = [*outcome.faults, *(outage.faults() if bookseller.dead_seconds else ())]
    waiting = [message for message in bookseller.came_in if message.waits]
    return run, Aftermath(replace(outcome, faults=found), outage, bookseller.files(), waiting)


async def mend_one(run: Run, bookseller: Bookseller, aftermath: Aftermath, *, patience: Patience) -> Spoiled | None:
    """Map the wrong references of one message, replay it, and see its copies through; None where there is none to mend."""
    file = mendable(aftermath.files, run.watch.copies, run.watch.names)
    if file is None or file.message is None:
        return None
    before = {key: run.watch.copies[key] for key in file.holds_up(run.watch.copies, run.watch.names)}
    try:
        await _put_right(bookseller.exchange, file.message, file.prank)
    except UnexpectedAnswer as error:
        aftermath.outcome = replace(aftermath.outcome, faults=[*aftermath.outcome.faults, str(error)])
        return file
    outcome = await run.go_on(before.keys(), patience)
    aftermath.mended = {key: (then, run.watch.copies[key]) for key, then in before.items()}
    found = list(dict.fromkeys([*aftermath.outcome.faults, *outcome.faults, *_unmended(aftermath.mended)]))
    aftermath.outcome = replace(outcome, faults=found, nameless=aftermath.outcome.nameless)
    return file


async def _put_right(exchange: Exchange, message: Message, prank: Prank) -> None:
    """What a person does: says what each wrong reference means, and has the message read again."""
    for theirs, ours in prank.mistyped.items():
        named = "order_number" if ours == prank.order_number else "line_key"
        await exchange.map_reference(message.id, field=named, theirs=theirs, ours=ours, reason=_REASON)
    await exchange.replay(message.id, _REASON)


def _unmended(mended: Mapping[CopyKey, tuple[CopyNow, CopyNow]]) -> list[str]:
    """Copies that did not come, though a branch may have found one damaged or its parcel short."""
    left = sorted(key for key, (_, after) in mended.items() if after.state not in ARRIVED)
    return [f"{key} waited with the mended message and is {mended[key][1].state}" for key in left]


def tell_aftermath(console: Console, aftermath: Aftermath) -> None:
    """The table with what waits, the dead mailbox, and the quarantine."""
    tell_outcome(console, aftermath.outcome)
    tell_explained(console, aftermath.outcome)
    if aftermath.outage.seconds:
        console.print(
            f"The bookseller's mailbox was dead for {aftermath.outage.seconds:.1f} s, as its exchange saw it; meanwhile "
            f"{aftermath.outage.moved} of the other suppliers' copies moved on.",
            soft_wrap=True,
        )
    spoiled = len(aftermath.files)
    console.print(
        f"The bookseller spoiled {spoiled} files; all that it dropped is in the exchange, {len(aftermath.waiting)} wait:"
    )
    console.print(quarantine_table(aftermath.waiting, aftermath.files))


def tell_mending(console: Console, file: Spoiled, aftermath: Aftermath) -> None:
    """What was mended, and what became of its copies."""
    console.print(f"Mended {file.prank.path}", markup=False, style="bold")
    if file.message is not None:
        console.print(f"  it waited because: {shortened(file.message.reason)}", markup=False, soft_wrap=True)
    for theirs, ours in file.prank.mistyped.items():
        console.print(f"  mapped: {theirs} means {ours}; then replayed", markup=False, soft_wrap=True)
    for key, (before, after) in sorted(aftermath.mended.items()):
        console.print(f"  {key}: {before.state} -> {after.state}", markup=False, highlight=False)
    tell_faults(console, aftermath.outcome.faults)
