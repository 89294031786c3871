"""The demo with a bookseller that misbehaves: plays, explains what waits, and fixes one message as staff would."""

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
from local.demo.report import print_explained, print_outcome, quarantine_table, shortened
from local.demo.screen import Progress
from local.demo.spoiled import Spoiled, explained, fixable, spoiled_files, tally, unread
from local.demo.watch import Watch
from local.lms.calls import UnexpectedAnswer
from local.lms.lms import Lms
from local.lms.orders import CopyKey, Order
from local.simulators.bookseller.mischief import Prank, read_journal
from local.simulators.bookseller.options import JOURNAL

_REASON = "The bookseller confirmed which reference it meant"


@dataclass(slots=True)
class Bookseller:
    """The misbehaving supplier: its exchange, its own folder with the journal, and how long its mailbox fails.

    `pranks` and `inbound` are the contents of the journal and of the exchange when last read.
    """

    supplier: str
    exchange: Exchange
    folder: Path
    dead_seconds: float
    pranks: Sequence[Prank] = ()
    inbound: Sequence[Message] = ()

    async def refresh(self) -> None:
        """Reads the journal first and then the exchange: a file is written to the journal before it is sent."""
        self.pranks = await asyncio.to_thread(read_journal, self.folder / JOURNAL)
        self.inbound = await self.exchange.inbound_messages()

    def files(self) -> list[Spoiled]:
        """Returns every spoiled file with its message in the exchange."""
        return spoiled_files(self.pranks, self.inbound)

    def unread(self) -> Sequence[str]:
        """Returns the names of files that the exchange has not received or not read yet."""
        return unread(self.pranks, self.inbound)

    def explain(self, watch: Watch) -> Mapping[CopyKey, str]:
        """Returns the copies that wait for a quarantined message, with the message's reason."""
        return explained(self.files(), watch.copies, watch.names)


@dataclass(slots=True)
class Aftermath:
    """What a run with faults reports in addition to its outcome. `fixed`: copies of the fixed message, before and after."""

    outcome: Outcome
    outage: Outage = field(default_factory=Outage)
    files: Sequence[Spoiled] = ()
    waiting: Sequence[Message] = ()
    fixed: Mapping[CopyKey, tuple[CopyNow, CopyNow]] = field(default_factory=dict)

    def details(self) -> dict[str, object]:
        """Returns the additional members of the JSON result."""
        return {
            "explained": {str(key): reason for key, reason in sorted(self.outcome.explained.items())},
            "spoiled": tally(self.files),
            "waiting": {message.name: message.reason for message in self.waiting},
            "mended": {str(key): after.state for key, (_, after) in sorted(self.fixed.items())},
            "outage": {"seconds": round(self.outage.seconds, 1), "moved": self.outage.moved},
        }


async def play_with_faults(
    lms: Lms, orders: Sequence[Order], bookseller: Bookseller, *, show: Callable[[Progress], None], patience: Patience
) -> tuple[Run, Aftermath]:
    """Plays the orders while the bookseller misbehaves. The exchange must receive and read every file of the bookseller."""
    run = Run(lms, orders, show, files=bookseller)
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
    waiting = [message for message in bookseller.inbound if message.waits]
    return run, Aftermath(replace(outcome, faults=found), outage, bookseller.files(), waiting)


async def fix_one(run: Run, bookseller: Bookseller, aftermath: Aftermath, *, patience: Patience) -> Spoiled | None:
    """Maps the wrong references of one message, replays it, and waits for its copies. None if no message can be fixed."""
    file = fixable(aftermath.files, run.watch.copies, run.watch.names)
    if file is None or file.message is None:
        return None
    before = {key: run.watch.copies[key] for key in file.waiting_copies(run.watch.copies, run.watch.names)}
    try:
        await _map_and_replay(bookseller.exchange, file.message, file.prank)
    except UnexpectedAnswer as error:
        aftermath.outcome = replace(aftermath.outcome, faults=[*aftermath.outcome.faults, str(error)])
        return file
    outcome = await run.receive_until_settled(before.keys(), patience)
    aftermath.fixed = {key: (then, run.watch.copies[key]) for key, then in before.items()}
    found = list(dict.fromkeys([*aftermath.outcome.faults, *outcome.faults, *_not_arrived(aftermath.fixed)]))
    aftermath.outcome = replace(outcome, faults=found, untitled=aftermath.outcome.untitled)
    return file


async def _map_and_replay(exchange: Exchange, message: Message, prank: Prank) -> None:
    """Does what staff would do: maps each wrong reference to ours, and has the message read again."""
    for theirs, ours in prank.mistyped.items():
        named = "order_number" if ours == prank.order_number else "line_key"
        await exchange.map_reference(message.message_id, field=named, theirs=theirs, ours=ours, reason=_REASON)
    await exchange.replay(message.message_id, _REASON)


def _not_arrived(fixed: Mapping[CopyKey, tuple[CopyNow, CopyNow]]) -> list[str]:
    """Returns a fault for each copy that did not arrive; damaged and missing copies count as arrived."""
    left = sorted(key for key, (_, after) in fixed.items() if after.state not in ARRIVED)
    return [f"{key} is still {fixed[key][1].state}, although its message was fixed" for key in left]


def print_aftermath(console: Console, aftermath: Aftermath) -> None:
    """Prints the table, the copies that wait, the failure of the mailbox, and the quarantine."""
    print_outcome(console, aftermath.outcome)
    print_explained(console, aftermath.outcome)
    if aftermath.outage.seconds:
        console.print(
            f"The exchange could not reach the bookseller's mailbox for {aftermath.outage.seconds:.1f} s. "
            f"Copies of other suppliers that changed state meanwhile: {aftermath.outage.moved}.",
            soft_wrap=True,
        )
    spoiled = len(aftermath.files)
    console.print(f"Files that the bookseller spoiled: {spoiled}. Messages that wait for a person: {len(aftermath.waiting)}.")
    console.print(quarantine_table(aftermath.waiting, aftermath.files))


def print_fix(console: Console, file: Spoiled, aftermath: Aftermath) -> None:
    """Prints how the message was fixed, and the states of its copies before and after."""
    console.print(f"Fixed as staff would: {file.prank.path}", markup=False, style="bold")
    if file.message is not None:
        console.print(f"  reason in quarantine: {shortened(file.message.reason)}", markup=False, soft_wrap=True)
    for theirs, ours in file.prank.mistyped.items():
        console.print(f"  mapped {theirs} to {ours}, then replayed the message", markup=False, soft_wrap=True)
    for key, (before, after) in sorted(aftermath.fixed.items()):
        console.print(f"  {key}: {before.state} -> {after.state}", markup=False, highlight=False)
