"""`python -m local.demo`: starts everything, plays a file of orders, and shows that every copy is accounted for."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from local.demo import BRANCHES, ORDERS
from local.demo.exchange import SCOPES as STAFF_SCOPES
from local.demo.exchange import Exchange
from local.demo.faulty import Bookseller, fix_one, play_with_faults, print_aftermath, print_fix
from local.demo.invoices import invoice_lines, invoices_in
from local.demo.play import Outcome, Patience, Run
from local.demo.reckoning import counts, result
from local.demo.report import print_faults, print_outcome
from local.demo.screen import progress_shown
from local.demo.spoiled import PROPORTIONS
from local.lms.calls import Service
from local.lms.lms import SCOPES, Addresses, Lms, branches_of, open_lms
from local.lms.order_file import BadOrderFile, read_orders
from local.lms.orders import Order
from local.machine.processes import ChildFailedError
from local.simulators import CATALOGUE
from local.stack import Stack, StackOptions
from local.stack.options import COUNCILS, SimulatorOptions

_COUNCIL = next(iter(COUNCILS))
_OPERATIONS_SCOPES = ("dashboard:read", "exchange:read", "exchange:write", "orders:read", "delivery:read")
_NATIONAL = "national"
# Seconds that an answer with an unknown order number waits for the order: short, for with faults many numbers are wrong.
_MATCH_SECONDS = 5.0
_BAD_USAGE = 2
_INTERRUPTED = 130
# Width of the output where it is not a terminal, so that the table is not broken.
_PLAIN_WIDTH = 120

Supplier = Literal["consortium", "national"]


@dataclass(frozen=True, slots=True)
class _Plan:
    """The options of the command line."""

    orders: Sequence[Order]
    stack: StackOptions
    only: Supplier | None
    seed: int
    patience: Patience
    result_file: Path | None
    keep: bool
    faults: bool


def main(  # noqa: PLR0913 - one parameter per option
    file: Annotated[Path, typer.Option(help="Orders as CSV; local/demo/README.md describes the columns.")] = ORDERS,
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
        Path | None, typer.Option(help="New or empty folder for data and logs, which is kept. [a temporary one]")
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
    console = Console(width=None if sys.stdout.isatty() else _PLAIN_WIDTH)
    orders = _orders_of(file)
    if folder is not None and folder.exists() and any(folder.iterdir()):
        raise typer.BadParameter(f"{folder} is not empty; give a new or an empty folder", param_hint="--folder")
    place = folder or Path(tempfile.mkdtemp(prefix="stockbridge-demo-"))
    simulators = SimulatorOptions(seed=seed, catalogue=CATALOGUE, national_invoices="order")
    stack = StackOptions(place, broker, simulators=simulators)
    plan = _Plan(orders, stack, only, seed, Patience(quiet_seconds, limit_seconds), result_file, keep, faults)
    outcome = _run(_with_faulty_bookseller(plan, dead_seconds) if faults else plan, console)
    if folder is None and not outcome.faults and not keep:
        shutil.rmtree(place)
    elif not keep:
        console.print(f"Data and logs: {place}")
    sys.exit(1 if outcome.faults else 0)


def _with_faulty_bookseller(plan: _Plan, dead_seconds: float) -> _Plan:
    """Returns the same plan with a bookseller that misbehaves."""
    simulators = replace(plan.stack.simulators, national_proportions=PROPORTIONS, national_dead_seconds=dead_seconds)
    return replace(plan, stack=replace(plan.stack, simulators=simulators, match_seconds=_MATCH_SECONDS))


def _orders_of(file: Path) -> tuple[Order, ...]:
    try:
        return read_orders(file)
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}", param_hint="--file") from error
    except BadOrderFile as error:
        # One fault per line; typer's box would break the lines.
        sys.stderr.write(f"{error}\nlocal/demo/README.md describes the columns.\n")
        sys.exit(_BAD_USAGE)


def _run(plan: _Plan, console: Console) -> Outcome:
    try:
        return asyncio.run(_with_signals(plan, console))
    except asyncio.CancelledError:
        console.print(f"Stopped. Data and logs: {plan.stack.folder}")
        sys.exit(_INTERRUPTED)
    except ChildFailedError as error:
        console.print(f"The system did not start: {error}\nData and logs: {plan.stack.folder}", markup=False)
        sys.exit(1)


async def _with_signals(plan: _Plan, console: Console) -> Outcome:
    """Runs the demo; Ctrl-C and SIGTERM end it, and every process is stopped before this returns."""
    running = asyncio.current_task()
    assert running is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    return await _demo(plan, console)


async def _demo(plan: _Plan, console: Console) -> Outcome:
    console.print(f"Starting database, broker, services and suppliers in {plan.stack.folder} ...", soft_wrap=True)
    async with Stack(plan.stack) as stack:
        here = stack.endpoints
        addresses = Addresses(here.orders, here.catalogue, here.delivery, lambda: stack.token(_COUNCIL, *SCOPES))
        async with open_lms(addresses, plan.seed) as lms:
            await lms.set_up(branches_of(plan.orders, BRANCHES), only=plan.only)
            outcome, details = await (_with_faults if plan.faults else _without_faults)(plan, stack, lms, console)
            suppliers = [one.supplier for one in counts(outcome.copies)]
            console.print("\n".join(invoice_lines(await invoices_in(lms.orders), suppliers)), highlight=False)
            receipts = f"Receipts: {lms.ledger.receipts}; discrepancies: {lms.ledger.discrepancies}"
            repeated = f"requests repeated: {lms.repeated_requests}; receipts sent twice: {lms.ledger.repeated_receipts}"
        if plan.result_file is not None:
            text = result(outcome.copies, outcome.faults, outcome.seconds, details)
            plan.result_file.write_text(text, encoding="utf-8")
        console.print(f"{receipts}; {repeated}. The run took {outcome.seconds:.1f} s.", highlight=False)
        if plan.keep:
            console.print(_where_to_look(stack), soft_wrap=True, highlight=False)
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
    return outcome


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
        print_faults(console, [fault])
        return replace(aftermath.outcome, faults=[*aftermath.outcome.faults, fault]), aftermath.details()
    print_fix(console, file, aftermath)
    return aftermath.outcome, {**aftermath.details(), "explained": explained}


def _where_to_look(stack: Stack) -> str:
    operations = stack.token(None, *_OPERATIONS_SCOPES, subject="operations")
    lines = [
        "The system keeps running until Ctrl-C. Open:",
        f"  overview page  {stack.endpoints.dashboard}/login?token={operations}",
        *(f"  {name:<20} {url}/docs" for name, url in stack.endpoints.all().items()),
        f"  data and logs  {stack.options.folder}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    typer.run(main)
