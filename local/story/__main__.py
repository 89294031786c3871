"""`python -m local.story`: starts everything, plays the story, and shows that every copy is accounted for."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from local.demo import ORDERS
from local.demo.command import FAILED, Plan, new_folder, plain_console, print_failure, read_files, run_to_the_end
from local.demo.play import Outcome, Patience
from local.demo.reckoning import result
from local.demo.watch import Watch
from local.lms.branches import BRANCHES
from local.lms.calls import Service
from local.lms.lms import SCOPES, Addresses, open_lms
from local.lms.sourcing import CONSORTIUM
from local.machine.folders import remove_abandoned
from local.simulators import CATALOGUE
from local.stack import Stack, StackOptions
from local.stack.options import COUNCILS, SimulatorOptions
from local.stack.programs import consortium_file
from local.stack.steps import Steps
from local.story.chapters import FEWEST_ORDERS, Story, parts_of
from local.story.departing import EXCHANGE_SCOPES, Departing
from local.story.evidence import REPORT_ENDING, Evidence
from local.story.evidence import SCOPES as EVIDENCE_SCOPES
from local.story.leaving import Leaving
from shared.clock import SystemClock

_COUNCIL = next(iter(COUNCILS))
# Nothing that waits is sent in the end, so that it can be cancelled.
_SIMULATORS = SimulatorOptions(
    catalogue=CATALOGUE,
    national_invoices="order",
    consortium_proportions=("back_order=0.3", "late_ship=0.3", "release=0", "cancel_silent=0.06"),
    national_proportions=("released=0",),
)


def main(  # noqa: PLR0913 - one parameter per option
    broker: Annotated[
        Literal["embedded", "kafka"], typer.Option(help="Broker from a wheel, or Apache Kafka (needs Java).")
    ] = "embedded",
    orders: Annotated[
        int | None, typer.Option(min=FEWEST_ORDERS, help="Play only so many orders of the demo's file; all without it.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides the suppliers' answers and the damage at branches.")] = 1,
    despatch_seconds: Annotated[
        float, typer.Option(min=0, help="How long suppliers take to despatch; the longer, the more is in flight.")
    ] = 4,
    quiet_seconds: Annotated[float, typer.Option(min=1, help="A chapter is over when nothing has changed for this long.")] = 2,
    limit_seconds: Annotated[float, typer.Option(min=1, help="The story fails when a chapter takes longer than this.")] = 180,
    folder: Annotated[
        Path | None,
        typer.Option(help="New or empty folder for data and logs, which is kept; without it, a temporary one is removed."),
    ] = None,
    result_file: Annotated[Path | None, typer.Option("--result", help="Write the result to this file as JSON.")] = None,
) -> None:
    """Play the story of a council that leaves one supplier and tries another, and account for every copy."""
    console, steps = plain_console(), Steps()
    read, branches = read_files(ORDERS, BRANCHES)
    for removed in remove_abandoned():
        steps(removed)
    place = new_folder(folder)
    simulators = replace(_SIMULATORS, seed=seed, despatch_delay=despatch_seconds)
    stack = StackOptions(place.path, broker, simulators=simulators)
    plan = Plan(read[:orders], branches, steps, stack, Patience(quiet_seconds, limit_seconds), result_file)
    status = FAILED
    try:
        status = run_to_the_end(partial(_play, plan, console), console)
    finally:
        console.print(place.close(keep_logs=status == FAILED, left=REPORT_ENDING), markup=False, highlight=False, soft_wrap=True)
    sys.exit(status)


async def _play(plan: Plan, console: Console) -> Outcome:
    began, clock = time.monotonic(), SystemClock()
    async with Stack(plan.stack, plan.steps) as stack:
        here = stack.endpoints
        addresses = Addresses(here.orders, here.catalogue, here.delivery, here.lms, lambda: stack.token(_COUNCIL, *SCOPES))
        measuring = Service(here.evidence, lambda: stack.token(_COUNCIL, *EVIDENCE_SCOPES))
        exchange = Service(here.suppliers[CONSORTIUM], lambda: stack.token(_COUNCIL, *EXCHANGE_SCOPES))
        async with open_lms(addresses, plan.stack.simulators.seed) as lms, measuring, exchange:
            await lms.set_up(plan.branches, only=CONSORTIUM)
            evidence = Evidence(measuring, clock)
            departing = Departing(lms, measuring, exchange, _COUNCIL, consortium_file(plan.stack.folder), console)
            story = Story(lms, evidence, console, plan.patience, Watch(lms.orders), Leaving(lms, console), departing)
            await story.play(parts_of(plan.orders))
            files = await story.departed(plan.stack.folder)
            files += [] if story.outcome.faults else await story.measured(plan.stack.folder)
            found = await story.accounted()
        outcome = replace(story.outcome, seconds=time.monotonic() - began)
        console.print(f"The story took {outcome.seconds:.0f} s, from an empty folder on.", highlight=False)
        if plan.result_file is not None:
            more = {"doubled": sorted(map(str, found.twice)), "reported": sorted(map(str, found.reported))}
            switch = {"switch": story.leaving.copies, "decided": story.leaving.decided, "reports": [str(file) for file in files]}
            switch |= {"tied": sum(tie.count for tie in departing.first)}
            plan.result_file.write_text(result(outcome.copies, outcome.faults, outcome.seconds, {**more, **switch}), "utf-8")
        await print_failure(stack, outcome, console)
    return outcome


if __name__ == "__main__":
    typer.run(main)
