"""Prints the result of a run on the console."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from local.demo.exchange import Message
from local.demo.play import Outcome
from local.demo.reckoning import counts
from local.demo.screen import final_table
from local.demo.spoiled import FAULT_TEXTS, Spoiled

_LONGEST_REASON = 120


def print_outcome(console: Console, outcome: Outcome) -> None:
    """Prints the table, and the ISBNs without a title."""
    console.print(final_table(counts(outcome.copies)))
    if not outcome.faults:
        console.print("Every copy is accounted for.", style="green")
    if outcome.untitled:
        console.print(f"No supplier sent a record, so there is no title, for {', '.join(outcome.untitled)}.", soft_wrap=True)


def print_explained(console: Console, outcome: Outcome) -> None:
    """Prints which outstanding copies wait for a message in quarantine, by reason."""
    if not outcome.explained:
        return
    console.print(f"Outstanding copies that wait for a message in quarantine: {len(outcome.explained)}")
    for reason in dict.fromkeys(outcome.explained.values()):
        keys = sorted(key for key, why in outcome.explained.items() if why == reason)
        states = Counter(outcome.copies[key].state for key in keys)
        named = ", ".join(f"{state} {number}" for state, number in states.items())
        console.print(f"  order {keys[0].order_number}, {named}: {shortened(reason)}", markup=False, soft_wrap=True)


def quarantine_table(waiting: Sequence[Message], files: Iterable[Spoiled]) -> Table:
    """Returns the table of messages that wait for a person, with the reason and what the bookseller did to the file."""
    done = {file.prank.path: FAULT_TEXTS[file.prank.fault] for file in files}
    table = Table("message", "why it waits", "what the bookseller did", title="Messages in quarantine")
    for message in waiting:
        state = "partly applied" if message.state == "partly_applied" else "not applied"
        table.add_row(f"{message.name}\n{message.kind}, {state}", shortened(message.reason), done.get(message.name, ""))
    return table


def shortened(reason: str) -> str:
    """Returns a reason that fits into a cell, cut off if it is too long."""
    return reason if len(reason) <= _LONGEST_REASON else f"{reason[:_LONGEST_REASON]}…"
