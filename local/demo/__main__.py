"""`python -m local.demo`: start everything, play a file of orders through it, show that every copy is accounted for."""

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
from local.demo.faulty import Bookseller, mend_one, play_with_faults, tell_aftermath, tell_mending
from local.demo.invoices import invoice_lines, invoices_in
from local.demo.play import Outcome, Patience, Run
from local.demo.reckoning import counts, result
from local.demo.screen import progress_shown
from local.demo.spoiled import PROPORTIONS
from local.demo.telling import tell_faults, tell_outcome
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
# With faults an answer that names no order of ours waits less long for one: so many do.
_MATCH_SECONDS = 5.0
_BAD_USAGE = 2
_INTERRUPTED = 130
# Where output is no terminal nobody's window breaks the table.
_PLAIN_WIDTH = 120

Supplier = Literal["consortium", "national"]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the command line asked for."""

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
    seed: Annotated[int, typer.Option(help="Another seed: other answers of suppliers, other damage at branches.")] = 1,
    quiet_seconds: Annotated[float, typer.Option(min=1, help="The run is over when nothing changed for so long.")] = 5,
    limit_seconds: Annotated[float, typer.Option(min=1, help="The run has failed when it takes longer.")] = 180,
    folder: Annotated[
        Path | None, typer.Option(help="New or empty folder for data and logs, which then stays. [a temporary one]")
    ] = None,
    faults: Annotated[
        bool, typer.Option("--faults", help="The bookseller spoils files and its mailbox goes dead; one message is mended.")
    ] = False,
    dead_seconds: Annotated[float, typer.Option(min=0, help="With --faults: for how long the mailbox is dead.")] = 60,
    keep: Annotated[bool, typer.Option("--keep", help="When the run is over, keep the system up until Ctrl-C.")] = False,
    result_file: Annotated[Path | None, typer.Option("--result", help="Write the outcome to this file as JSON.")] = None,
) -> None:
    """Play a council's orders through the whole system and account for every copy."""
    if faults and only == "consortium":
        raise typer.BadParameter("it is the national bookseller that misbehaves: it needs orders", param_hint="--faults")
    console = Console(width=None if sys.stdout.isatty() else _PLAIN_WIDTH)
    orders = _orders_of(file)
    if folder is not None and folder.exists() and any(folder.iterdir()):
        raise typer.BadParameter(f"{folder} is not empty; a run needs a folder of its own", param_hint="--folder")
    place = folder or Path(tempfile.mkdtemp(prefix="stockbridge-demo-"))
    simulators = SimulatorOptions(seed=seed, catalogue=CATALOGUE, national_invoices="order")
    stack = StackOptions(place, broker, simulators=simulators)
    plan = _Plan(orders, stack, only, seed, Patience(quiet_seconds, limit_seconds), result_file, keep, faults)
    outcome = _run(_misbehaving(plan, dead_seconds) if faults else plan, console)
    if folder is None and not outcome.faults and not keep:
        shutil.rmtree(place)
    elif not keep:
        console.print(f"Data and logs: {place}")
    sys.exit(1 if outcome.faults else 0)


def _misbehaving(plan: _Plan, dead_seconds: float) -> _Plan:
    """The same play with a bookseller that misbehaves."""
    simulators = replace(plan.stack.simulators, national_proportions=PROPORTIONS, national_dead_seconds=dead_seconds)
    return replace(plan, stack=replace(plan.stack, simulators=simulators, match_seconds=_MATCH_SECONDS))


def _orders_of(file: Path) -> tuple[Order, ...]:
    try:
        return read_orders(file)
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}", param_hint="--file") from error
    except BadOrderFile as error:
        # One fault a line, as an editor's user wants them: no box that breaks lines.
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
    """Ctrl-C and SIGTERM end the run in order: every process is stopped before this returns."""
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
            outcome, details = await (_with_faults if plan.faults else _as_usual)(plan, stack, lms, console)
            suppliers = [one.supplier for one in counts(outcome.copies)]
            console.print("\n".join(invoice_lines(await invoices_in(lms.orders), suppliers)), highlight=False)
            repeated = f"{lms.repeated_requests} requests and {lms.ledger.repeated_receipts} receipts were made twice"
            found = f"{lms.ledger.receipts} receipts found {lms.ledger.discrepancies} discrepancies"
        if plan.result_file is not None:
            text = result(outcome.copies, outcome.faults, outcome.seconds, details)
            plan.result_file.write_text(text, encoding="utf-8")
        console.print(f"{outcome.seconds:.1f} s; {found}; {repeated}.", highlight=False)
        if plan.keep:
            console.print(_where_to_look(stack), soft_wrap=True, highlight=False)
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
    return outcome


async def _as_usual(plan: _Plan, _: Stack, lms: Lms, console: Console) -> tuple[Outcome, dict[str, object]]:
    with progress_shown(console) as show:
        outcome = await Run(lms, plan.orders, show).play(plan.patience)
    tell_outcome(console, outcome)
    return outcome, {}


async def _with_faults(plan: _Plan, stack: Stack, lms: Lms, console: Console) -> tuple[Outcome, dict[str, object]]:
    """Play, tell what waits, and mend one message; that none can be mended is a fault, too."""
    dead_seconds = plan.stack.simulators.national_dead_seconds
    folder = stack.options.folder / "simulators" / "bookseller"
    url = stack.endpoints.suppliers[_NATIONAL]
    async with Service(url, lambda: stack.token(None, *STAFF_SCOPES, subject="operations")) as service:
        bookseller = Bookseller(_NATIONAL, Exchange(service), folder, dead_seconds)
        with progress_shown(console) as show:
            run, aftermath = await play_with_faults(lms, plan.orders, bookseller, show=show, patience=plan.patience)
        tell_aftermath(console, aftermath)
        explained = aftermath.details()["explained"]
        file = await mend_one(run, bookseller, aftermath, patience=plan.patience)
    if file is None:
        fault = "no despatch waits that a mapping could mend; another seed may have one"
        tell_faults(console, [fault])
        return replace(aftermath.outcome, faults=[*aftermath.outcome.faults, fault]), aftermath.details()
    tell_mending(console, file, aftermath)
    return aftermath.outcome, {**aftermath.details(), "explained": explained}


def _where_to_look(stack: Stack) -> str:
    operations = stack.token(None, *_OPERATIONS_SCOPES, subject="operations")
    lines = [
        "The system stays up until Ctrl-C. Look at",
        f"  overview page  {stack.endpoints.dashboard}/login?token={operations}",
        *(f"  {name:<20} {url}/docs" for name, url in stack.endpoints.all().items()),
        f"  data and logs  {stack.options.folder}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    typer.run(main)
