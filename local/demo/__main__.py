"""`python -m local.demo`: starts everything, plays a file of orders, and shows that every copy is accounted for."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from local.demo import ORDERS
from local.demo.command import FAILED, Plan, new_folder, plain_console, print_failure, read_files, run_to_the_end
from local.demo.costs import cost_lines, disagreements, settled_costs
from local.demo.exchange import SCOPES as STAFF_SCOPES
from local.demo.exchange import Exchange
from local.demo.faulty import Bookseller, fix_one, play_with_faults, print_aftermath, print_fix
from local.demo.invoices import Invoice, invoice_lines, invoices_in
from local.demo.play import Outcome, Patience, Run
from local.demo.reckoning import counts, result
from local.demo.records import leave_records, records_table
from local.demo.report import print_outcome
from local.demo.screen import progress_shown
from local.demo.spoiled import PROPORTIONS
from local.lms.branches import BRANCHES
from local.lms.calls import Service
from local.lms.lms import SCOPES, Addresses, Lms, open_lms
from local.lms.loading import MARC_ENDING
from local.machine.folders import remove_abandoned
from local.simulators import CATALOGUE
from local.stack import Stack, StackOptions
from local.stack.options import COUNCILS, SimulatorOptions
from local.stack.steps import Steps

_COUNCIL = next(iter(COUNCILS))
_NATIONAL = "national"
# Seconds that an answer with an unknown order number waits for the order: short, for with faults many numbers are wrong.
_MATCH_SECONDS = 5.0

Supplier = Literal["consortium", "national"]


@dataclass(frozen=True, slots=True)
class _Plan(Plan):
    """Adds the demo's own options."""

    only: Supplier | None
    keep: bool
    faults: bool


def main(  # noqa: PLR0913 - one parameter per option
    file: Annotated[Path, typer.Option(help="Orders as CSV; local/demo/README.md describes the columns.")] = ORDERS,
    branches: Annotated[Path, typer.Option(help="Your branches as CSV (code,name,gln), if you order for others.")] = BRANCHES,
    broker: Annotated[
        Literal["embedded", "kafka"], typer.Option(help="Broker from a wheel, or Apache Kafka (needs Java).")
    ] = "embedded",
    only: Annotated[Supplier | None, typer.Option(help="Buy everything from one supplier instead of from both.")] = None,
    seed: Annotated[
        int, typer.Option(help="Decides the suppliers' answers and the damage at branches; the same seed gives the same result.")
    ] = 1,
    quiet_seconds: Annotated[float, typer.Option(min=1, help="The run is over when nothing has changed for this long.")] = 5,
    limit_seconds: Annotated[float, typer.Option(min=1, help="The run fails when it takes longer than this.")] = 180,
    folder: Annotated[
        Path | None,
        typer.Option(help="New or empty folder for data and logs, which is kept; without it, a temporary one is removed."),
    ] = None,
    faults: Annotated[
        bool, typer.Option("--faults", help="The bookseller spoils files and its mailbox fails; one message is then fixed.")
    ] = False,
    dead_seconds: Annotated[float, typer.Option(min=0, help="With --faults: how long the mailbox fails.")] = 60,
    keep: Annotated[bool, typer.Option("--keep", help="After the run, keep the system running until Ctrl-C.")] = False,
    result_file: Annotated[Path | None, typer.Option("--result", help="Write the result to this file as JSON.")] = None,
) -> None:
    """Play a council's orders through the whole system and account for every copy."""
    if faults and only == "consortium":
        raise typer.BadParameter("needs the national bookseller; leave out `--only consortium`", param_hint="--faults")
    console = plain_console()
    steps = Steps()
    steps(f"Orders: {file}")
    orders, its_branches = read_files(file, branches)
    for removed in remove_abandoned():
        steps(removed)
    place = new_folder(folder)
    stack = StackOptions(
        place.path, broker, simulators=SimulatorOptions(seed=seed, catalogue=CATALOGUE, national_invoices="order")
    )
    patience = Patience(quiet_seconds, limit_seconds)
    plan = _Plan(orders, its_branches, steps, stack, patience, result_file, only, keep, faults)
    status = FAILED
    try:
        chosen = _with_faulty_bookseller(plan, dead_seconds) if faults else plan
        status = run_to_the_end(partial(_demo, chosen, console), console)
    finally:
        console.print(place.close(keep_logs=status == FAILED, left=MARC_ENDING), markup=False, highlight=False, soft_wrap=True)
    sys.exit(status)


def _with_faulty_bookseller(plan: _Plan, dead_seconds: float) -> _Plan:
    """Returns the same plan with a bookseller that misbehaves."""
    simulators = replace(plan.stack.simulators, national_proportions=PROPORTIONS, national_dead_seconds=dead_seconds)
    return replace(plan, stack=replace(plan.stack, simulators=simulators, match_seconds=_MATCH_SECONDS))


async def _demo(plan: _Plan, console: Console) -> Outcome:
    async with Stack(plan.stack, plan.steps) as stack:
        here = stack.endpoints
        addresses = Addresses(here.orders, here.catalogue, here.delivery, here.lms, lambda: stack.token(_COUNCIL, *SCOPES))
        async with open_lms(addresses, plan.stack.simulators.seed) as lms:
            await lms.set_up(plan.branches, only=plan.only)
            outcome, details = await (_with_faults if plan.faults else _without_faults)(plan, stack, lms, console)
            suppliers = [one.supplier for one in counts(outcome.copies)]
            invoices = await invoices_in(lms.orders)
            console.print("\n".join(invoice_lines(invoices, suppliers)), highlight=False)
            outcome = await _with_costs(outcome, stack, invoices, console)
            console.print(await records_table(lms))
            console.print("\n".join(await leave_records(stack)), highlight=False, soft_wrap=True)
            receipts = f"Receipts: {lms.ledger.receipts}; discrepancies: {lms.ledger.discrepancies}"
            repeated = f"requests repeated: {lms.repeated_requests}; receipts sent twice: {lms.ledger.repeated_receipts}"
        if plan.result_file is not None:
            text = result(outcome.copies, outcome.faults, outcome.seconds, details)
            plan.result_file.write_text(text, encoding="utf-8")
        console.print(f"{receipts}; {repeated}. The run took {outcome.seconds:.1f} s.", highlight=False)
        await print_failure(stack, outcome, console)
        if plan.keep:
            console.print(_where_to_look(stack), soft_wrap=True, highlight=False)
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
    return outcome


async def _with_costs(outcome: Outcome, stack: Stack, invoices: Sequence[Invoice], console: Console) -> Outcome:
    """Prints what copies cost, by evidence. It is a fault if that is not what the invoices charge."""
    async with Service(stack.endpoints.evidence, lambda: stack.token(_COUNCIL, "evidence:read")) as evidence:
        found = await settled_costs(evidence, invoices)
    different = disagreements(found, invoices)
    if not different:
        console.print("\n".join(cost_lines(found)), highlight=False, soft_wrap=True)
    return replace(outcome, faults=[*outcome.faults, *different])


async def _without_faults(plan: _Plan, _: Stack, lms: Lms, console: Console) -> tuple[Outcome, dict[str, object]]:
    with progress_shown(console) as show:
        outcome = await Run(lms, plan.orders, show).play(plan.patience)
    print_outcome(console, outcome)
    return outcome, {}


async def _with_faults(plan: _Plan, stack: Stack, lms: Lms, console: Console) -> tuple[Outcome, dict[str, object]]:
    """Plays the orders, prints what waits, and fixes one message. It is a fault if no message can be fixed."""
    dead_seconds = plan.stack.simulators.national_dead_seconds
    folder = stack.options.folder / "simulators" / "bookseller"
    url = stack.endpoints.suppliers[_NATIONAL]
    async with Service(url, lambda: stack.token(None, *STAFF_SCOPES, subject="operations")) as service:
        bookseller = Bookseller(_NATIONAL, Exchange(service), folder, dead_seconds)
        with progress_shown(console) as show:
            run, aftermath = await play_with_faults(lms, plan.orders, bookseller, show=show, patience=plan.patience)
        print_aftermath(console, aftermath)
        explained = aftermath.details()["explained"]
        file = await fix_one(run, bookseller, aftermath, patience=plan.patience)
    if file is None:
        fault = "no waiting despatch can be fixed by a mapping; try another --seed"
        return replace(aftermath.outcome, faults=[*aftermath.outcome.faults, fault]), aftermath.details()
    print_fix(console, file, aftermath)
    return aftermath.outcome, {**aftermath.details(), "explained": explained}


def _where_to_look(stack: Stack) -> str:
    lines = [
        "The system keeps running until Ctrl-C. Open:",
        f"  staff's pages  {stack.page}",
        *(f"  {name:<20} {url}/docs" for name, url in stack.endpoints.all().items()),
        f"  data and logs  {stack.options.folder}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    typer.run(main)
