"""Serves the command lines of the demo and the story: reads files, makes a folder, runs to the end, prints what went wrong."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from local.demo.play import Outcome, Patience
from local.demo.unsettled import unsettled
from local.lms.branches import Branches, branches_of
from local.lms.order_file import read_orders
from local.lms.orders import Order
from local.lms.sheet import BadFile
from local.machine.errors import CannotStartError
from local.machine.folders import RunFolder, run_folder
from local.stack import Stack, StackOptions
from local.stack.steps import Steps

FAILED = 1
_BAD_USAGE = 2
_INTERRUPTED = 130
# Width of the output where it is not a terminal, so that the table is not broken.
_PLAIN_WIDTH = 120


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be played, by the options of the command line."""

    orders: Sequence[Order]
    branches: Branches
    steps: Steps
    stack: StackOptions
    patience: Patience
    result_file: Path | None


def plain_console() -> Console:
    """Returns the console for the output."""
    return Console(width=None if sys.stdout.isatty() else _PLAIN_WIDTH)


def read_files(file: Path, branches: Path) -> tuple[tuple[Order, ...], Branches]:
    """Returns the orders and the branches that they name; ends the program if a file cannot be used."""
    try:
        orders = read_orders(file, branches)
        return orders, branches_of(orders, branches)
    except OSError as error:
        fault = f"{error.filename} cannot be read: {error.strerror}"
    except BadFile as error:
        fault = str(error)
    # typer's box would break the lines.
    sys.stderr.write(f"{fault}\n")
    sys.exit(_BAD_USAGE)


def new_folder(given: Path | None) -> RunFolder:
    """Returns the folder of the run; ends the program if it cannot be made, or has files already."""
    try:
        place = run_folder(given)
    except CannotStartError as error:
        sys.exit(f"Cannot start: {error.brief}")
    if given is not None and any(given.iterdir()):
        sys.exit(f"Cannot start: {given} is not empty; give a new or an empty folder")
    return place


def run_to_the_end(play: Callable[[], Awaitable[Outcome]], console: Console) -> int:
    """Runs a play and returns the exit status. Ctrl-C and SIGTERM end it; every process is stopped before this returns."""
    try:
        return FAILED if asyncio.run(_with_signals(play)).faults else 0
    except asyncio.CancelledError:
        console.print("Stopped.")
        return _INTERRUPTED
    except CannotStartError as error:
        console.print(f"Cannot start: {error.brief}", markup=False, highlight=False, soft_wrap=True)
        return FAILED


async def _with_signals(play: Callable[[], Awaitable[Outcome]]) -> Outcome:
    running = asyncio.current_task()
    assert running is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    return await play()


async def print_failure(stack: Stack, outcome: Outcome, console: Console) -> None:
    """Prints what is wrong, if anything is, and the file that lists all of it."""
    if outcome.faults:
        text = f"FAILED after {outcome.seconds:.0f} s: {await unsettled(stack, outcome)}"
        console.print(text, markup=False, style="red", soft_wrap=True)
