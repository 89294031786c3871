"""`python -m local.stack`: runs the whole system until Ctrl-C and prints its addresses."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from local.machine.errors import CannotStartError
from local.machine.folders import remove_abandoned, run_folder
from local.simulators import CATALOGUE
from local.simulators.options import named_numbers
from local.stack.further import further_suppliers
from local.stack.mailboxes import set_up_mailboxes
from local.stack.options import SimulatorOptions, StackOptions
from local.stack.programs import WITH_PORTS
from local.stack.seeding import seed
from local.stack.shell import write_settings
from local.stack.stack import Stack
from local.stack.steps import Steps
from local.stack.welcome import welcome


def main(
    broker: Annotated[
        Literal["embedded", "kafka"], typer.Option(help="Broker from a wheel, or Apache Kafka (needs Java)")
    ] = "embedded",
    folder: Annotated[
        Path | None,
        typer.Option(help="Folder for data and logs, which is kept; without it, a temporary one is removed at the end"),
    ] = None,
    port: Annotated[
        list[str] | None, typer.Option(help="NAME=PORT, repeatable, such as orders=8001: this port instead of a free one")
    ] = None,
    supplier: Annotated[
        list[Path] | None, typer.Option(help="Folder of a further supplier, with a stack.json; repeatable")
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides the answers of the simulated suppliers")] = 1,
    feed: Annotated[int, typer.Option(min=0, help="The bookseller uploads a feed of so many invented books at the start")] = 0,
) -> None:
    """Run every service, the database, the broker and the simulated suppliers until Ctrl-C, with further ones if wanted."""
    steps = Steps()
    for removed in remove_abandoned():
        steps(removed)
    try:
        place = run_folder(folder)
    except CannotStartError as error:
        sys.exit(f"Cannot start: {error.brief}")
    failed = True
    try:
        simulators = SimulatorOptions(seed=seed, catalogue=CATALOGUE, national_feed=feed)
        further = further_suppliers(supplier or (), place.path, steps)
        ports = named_numbers(port or (), (*WITH_PORTS, *(extra.process for extra in further)), int)
        failed = not asyncio.run(_run(StackOptions(place.path, broker, ports, simulators, extra_suppliers=further), steps))
    except CannotStartError as error:
        steps(f"Cannot start: {error.brief}")
    finally:
        steps(place.close(keep_logs=failed))
    sys.exit(failed)


async def _run(options: StackOptions, steps: Steps) -> bool:
    """Runs the system until Ctrl-C; returns False if it cannot start."""
    running = asyncio.current_task()
    assert running is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    try:
        async with Stack(options, steps) as stack:
            await seed(stack)
            await set_up_mailboxes(stack)
            sys.stdout.write(welcome(stack, write_settings(stack)) + "\n")
            sys.stdout.flush()
            await asyncio.Event().wait()
    except asyncio.CancelledError:
        steps("Stopped")
    except CannotStartError as error:
        steps(f"Cannot start: {error.brief}")
        return False
    return True


if __name__ == "__main__":
    typer.run(main)
