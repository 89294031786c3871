"""`python -m local.stack`: runs the whole system until Ctrl-C and prints its addresses."""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Literal

import typer

from local.simulators import CATALOGUE
from local.stack.options import COUNCILS, SimulatorOptions, StackOptions
from local.stack.stack import Stack

_LMS_SCOPES = ("orders:read", "orders:write", "delivery:read", "delivery:write", "catalogue:read", "catalogue:write")
_OPERATIONS_SCOPES = (
    "dashboard:read", "exchange:read", "exchange:write", "orders:read", "orders:write", "delivery:read", "delivery:write",
)  # fmt: skip


def main(
    broker: Annotated[
        Literal["embedded", "kafka"], typer.Option(help="Broker from a wheel, or Apache Kafka (needs Java)")
    ] = "embedded",
    folder: Annotated[
        Path | None, typer.Option(help="Folder for data and logs; without it, a new temporary folder is used")
    ] = None,
    port: Annotated[list[str] | None, typer.Option(help="NAME=PORT, repeatable: use this port instead of a free one")] = None,
    seed: Annotated[int, typer.Option(help="Decides the answers of the simulated suppliers")] = 1,
) -> None:
    """Run every service, the database, the broker and the simulated suppliers until Ctrl-C."""
    ports = {name: int(number) for name, _, number in (entry.partition("=") for entry in port or [])}
    place = folder or Path(tempfile.mkdtemp(prefix="stockbridge-"))
    options = StackOptions(place, broker, ports, SimulatorOptions(seed=seed, catalogue=CATALOGUE))
    asyncio.run(_run(options))


async def _run(options: StackOptions) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with Stack(options) as stack:
        sys.stdout.write(_welcome(stack) + "\n")
        sys.stdout.flush()
        await ended.wait()


def _welcome(stack: Stack) -> str:
    council = next(iter(COUNCILS))
    operations = stack.token(None, *_OPERATIONS_SCOPES, subject="operations")
    lines = [
        "Stockbridge is running. Ctrl-C stops it.",
        *(f"  {name:<20} {url}/docs" for name, url in stack.endpoints.all().items()),
        f"  data and logs        {stack.options.folder}",
        f"  overview page        {stack.endpoints.dashboard}/login?token={operations}",
        f"  token of {council} for the LMS APIs:",
        f"    {stack.token(council, *_LMS_SCOPES)}",
        "  token of operations staff, all councils:",
        f"    {operations}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    typer.run(main)
