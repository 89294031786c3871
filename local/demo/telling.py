"""What the demo says on the console once a run is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from local.demo.exchange import Message
from local.demo.play import Outcome
from local.demo.reckoning import counts
from local.demo.screen import final_table
from local.demo.spoiled import DONE_TO_IT, Spoiled

_LONGEST_REASON = 120


def tell_outcome(console: Console, outcome: Outcome) -> None:
    """The table, what is wrong, and what is outstanding though it should move."""
    console.print(final_table(counts(outcome.copies)))
    tell_faults(console, outcome.faults)
    if not outcome.faults:
        console.print("Every copy is accounted for.", style="green")
    if outcome.nameless:
        console.print(f"No supplier had a title for {', '.join(outcome.nameless)}.", soft_wrap=True)


def tell_faults(console: Console, faults: Iterable[str]) -> None:
    """What does not hold, one a line."""
    for fault in faults:
        console.print(f"WRONG: {fault}", markup=False, style="red", soft_wrap=True)


def tell_explained(console: Console, outcome: Outcome) -> None:
    """Which of the outstanding copies wait with a message in quarantine, by reason."""
    if not outcome.explained:
        return
    console.print(f"Of the outstanding copies {len(outcome.explained)} wait with a message in quarantine:")
    for reason in dict.fromkeys(outcome.explained.values()):
        keys = sorted(key for key, why in outcome.explained.items() if why == reason)
        states = Counter(outcome.copies[key].state for key in keys)
        named = ", ".join(f"{state} {number}" for state, number in states.items())
        console.print(f"  order {keys[0].order_number}, {named}: {shortened(reason)}", markup=False, soft_wrap=True)


def quarantine_table(waiting: Sequence[Message], files: Iterable[Spoiled]) -> Table:
    """The messages that wait for a person, why, and what the bookseller had done to them."""
    done = {file.prank.path: DONE_TO_IT[file.prank.fault] for file in files}
    table = Table("message", "why it waits", "what was done to it", title="In quarantine, as the exchange lists it")
    for message in waiting:
        state = "applied in part" if message.state == "partly_applied" else "nothing applied"
        table.add_row(f"{message.name}\n{message.kind}, {state}", shortened(message.reason), done.get(message.name, ""))
    return table


def shortened(reason: str) -> str:
    """A reason that fits a cell."""
    return reason if len(reason) <= _LONGEST_REASON else f"{reason[:_LONGEST_REASON]}…"
