"""Command line of a library: `python -m local.simulators.library koha --login FILE`."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from local.simulators import CATALOGUE
from local.simulators.library.basket import Basket, books_of, fill_baskets
from local.simulators.library.files import Name
from local.simulators.library.ledger import Ledger
from local.simulators.library.library import Library
from local.simulators.library.post import RemotePost, read_login
from local.simulators.library.systems import FIRST_ORDERS, system_of
from shared.clock import SystemClock

_PAUSE_SECONDS = 2.0


def main(
    system: Annotated[Name, typer.Argument(help="How it writes and reads.")],
    login: Annotated[Path, typer.Option(help="JSON with host, port, user, password, host_key and folders.", exists=True)],
    orders: Annotated[int, typer.Option(min=0, help="Number of orders to send.")] = 1,
    first: Annotated[int, typer.Option(min=0, help="Number of the first order; 0 for the usual one.")] = 0,
    branch: Annotated[list[str] | None, typer.Option(help="Code of a branch, repeatable. [IPSW, LOWE]")] = None,
    seconds: Annotated[float, typer.Option(min=0, help="How long to fetch answers.")] = 30.0,
    seed: Annotated[int, typer.Option(help="Decides what is ordered.")] = 1,
) -> None:
    """Send invented orders to a mailbox, fetch the answers for a while, and print what this system understood of them."""
    library = Library(system_of(system, SystemClock()), RemotePost(read_login(login.read_text("utf-8"))), seed=seed)
    baskets = fill_baskets(
        books_of(CATALOGUE.read_text("utf-8")),
        branch or ["IPSW", "LOWE"],
        orders,
        seed=seed,
        first=first or FIRST_ORDERS[system],
        own_copies=system is not Name.FOLIO,
    )
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(library, list(baskets), seconds))
    _print_ledger(library.ledger)


async def _run(library: Library, baskets: list[Basket], seconds: float) -> None:
    for file in await library.order(baskets):
        _say(f"sent    {file.name} ({len(file.body)} bytes)")
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await _keep_fetching(library)


async def _keep_fetching(library: Library) -> None:
    while True:
        before = len(library.fetched)
        await library.fetch()
        for file in library.fetched[before:]:
            _say(f"fetched {file.name} ({len(file.body)} bytes)")
        await asyncio.sleep(_PAUSE_SECONDS)


def _print_ledger(ledger: Ledger) -> None:
    for line in ledger.lines.values():
        states = Counter(copy.state.value for copy in line.copies)
        invoiced = sum(copy.pence is not None for copy in line.copies)
        counted = ", ".join(f"{number} {state}" for state, number in states.items())
        _say("; ".join([f"order {line.order} line {line.reference}: {counted}, {invoiced} invoiced", *line.notes]))
    for complaint in ledger.complaints:
        _say(f"not understood: {complaint}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    typer.run(main)
