"""Command line of the bookseller: `python -m local.simulators.bookseller --root FOLDER`."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from local.simulators.bookseller.brain import Brain
from local.simulators.bookseller.dialect import DIALECTS
from local.simulators.bookseller.feed import upload_feeds
from local.simulators.bookseller.options import Delays, Faults, Invoices, Options, Outage, Proportions
from local.simulators.bookseller.server import MailServer, key_in
from local.simulators.feeds.books import LIMIT
from local.simulators.options import named_numbers
from shared.clock import SystemClock
from shared.logs import configure_logs

_PROPORTIONS = asdict(Proportions())
_FAULTS = asdict(Faults())
_PROPORTION_HELP = f"""NAME=NUMBER from 0 to 1, repeatable. The first seven are proportions of lines; a line has one at most.
The same holds for the five of invoices, and for those of spoiled files.
Names and defaults: {", ".join(f"{name}={number}" for name, number in _PROPORTIONS.items())}.
Of spoiled files: {", ".join(_FAULTS)}; by default none."""


class Bookseller(StrEnum):
    """The simulated booksellers."""

    ALBION = "albion"
    RIDGEWAY = "ridgeway"


@dataclass(frozen=True, slots=True)
class _Door:
    """How to reach the mailbox."""

    port: int
    host_key: Path
    authorized: list[str]
    client_key: Path | None


def main(  # noqa: PLR0913 - one parameter per option
    root: Annotated[Path, typer.Option(help="Folder of mailbox, memory and keys; made when missing.")] = Path("bookseller"),
    port: Annotated[int, typer.Option(help="SFTP port on 127.0.0.1; 0 takes any free one.")] = 0,
    host_key: Annotated[Path | None, typer.Option(help="Server's private key; made when missing. [ROOT/host_key]")] = None,
    authorized_key: Annotated[list[Path] | None, typer.Option(help="Public key that may log in. [ROOT/client_key.pub]")] = None,
    catalogue: Annotated[Path | None, typer.Option(help="CSV of titles; titles.py names its columns.", exists=True)] = None,
    feed: Annotated[Path | None, typer.Option(help="File of records to upload at the start.", exists=True)] = None,
    feed_count: Annotated[
        int, typer.Option(min=0, max=LIMIT, help="Number of invented books to upload as ONIX at the start.")
    ] = 0,
    seed: Annotated[str, typer.Option(help="Seed of all decisions; another seed gives other decisions.")] = Options.seed,
    bookseller: Annotated[Bookseller, typer.Option(help="Decides the dialect and the folders.")] = Bookseller.ALBION,
    gln: Annotated[str, typer.Option(help="The bookseller's GLN, if not its usual one.")] = Options.gln,
    stop_account: Annotated[list[str] | None, typer.Option(help="GLN of a buyer whose account is stopped, repeatable.")] = None,
    proportion: Annotated[list[str] | None, typer.Option(help=_PROPORTION_HELP)] = None,
    response_delay: Annotated[float, typer.Option(min=0, help="Seconds from order to response.")] = Delays.response,
    despatch_delay: Annotated[float, typer.Option(min=0, help="Seconds from response to despatch.")] = Delays.despatch,
    late_delay: Annotated[float, typer.Option(min=0, help="Seconds from the first despatch to a late one.")] = Delays.late,
    release_delay: Annotated[float, typer.Option(min=0, help="Seconds until back orders are released.")] = Delays.release,
    invoice_delay: Annotated[float, typer.Option(min=0, help="Seconds from goods to invoice, to credit.")] = Delays.invoice,
    invoices: Annotated[Invoices, typer.Option(help="Whether invoices are sent, and what each covers.")] = Invoices.NONE,
    acknowledge: Annotated[bool, typer.Option("--acknowledge", help="Answer each interchange with CONTRL.")] = False,
    dead_after: Annotated[float, typer.Option(min=0, help="Seconds from the first order to the outage.")] = Outage.after,
    dead_for: Annotated[float, typer.Option(min=0, help="Seconds of the mailbox's outage; 0 for none.")] = Outage.length,
) -> None:
    """Run a national bookseller: EDIFACT and ONIX over SFTP on 127.0.0.1.

    It sends selections and reports of open lines for notes in ROOT/desk.
    Prints one line of JSON, {"ready": true, "port": N, "host_key": "ssh-ed25519 ...", "client_key": FILE}, once it listens.
    """
    configure_logs("bookseller", "WARNING")
    root.mkdir(parents=True, exist_ok=True)
    chosen = named_numbers(proportion or [], (*_PROPORTIONS, *_FAULTS), float)
    options = Options(
        root=root,
        seed=seed,
        dialect=DIALECTS[bookseller.value],
        gln=gln,
        catalogue=catalogue,
        stopped_accounts=frozenset(stop_account or ()),
        proportions=replace(Proportions(), **{name: chosen[name] for name in chosen.keys() & _PROPORTIONS.keys()}),
        faults=replace(Faults(), **{name: chosen[name] for name in chosen.keys() & _FAULTS.keys()}),
        outage=Outage(dead_after, dead_for),
        delays=Delays(response_delay, despatch_delay, late_delay, release_delay, invoice_delay),
        invoices=invoices,
        acknowledge=acknowledge,
        feed=feed,
        feed_count=feed_count,
    )
    asyncio.run(_serve(options, _door(root, port, host_key=host_key or root / "host_key", authorized_keys=authorized_key or [])))


def _door(root: Path, port: int, *, host_key: Path, authorized_keys: list[Path]) -> _Door:
    """Returns how to reach the mailbox: with the authorized keys, or with a new key where none is given."""
    client_key = None if authorized_keys else root / "client_key"
    authorized = [path.read_text() for path in authorized_keys]
    if client_key is not None:
        authorized.append(key_in(client_key).export_public_key().decode())
    return _Door(port, host_key, authorized, client_key)


async def _serve(options: Options, door: _Door) -> None:
    brain = Brain(options, SystemClock())
    server = MailServer(options, key_in(door.host_key), door.authorized)
    await server.open(door.port)
    ended, began = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    ready = {
        "ready": True,
        "port": server.port,
        "host_key": key_in(door.host_key).export_public_key().decode().strip(),
        "client_key": str(door.client_key) if door.client_key else None,
    }
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    dying = asyncio.create_task(_die_once(server, options.outage, began))
    # Beside the orders, because a large feed takes minutes.
    feeding = asyncio.create_task(asyncio.to_thread(upload_feeds, options, lambda: not ended.is_set()))
    while not ended.is_set():
        # In a thread, so that the SFTP server keeps answering.
        if await asyncio.to_thread(brain.step):
            began.set()
        else:
            await _pause(ended, options.delays.poll)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    await feeding
    await server.close()
    brain.close()


async def _die_once(server: MailServer, outage: Outage, began: asyncio.Event) -> None:
    """Takes the mailbox down once: `after` seconds from the first order, for `length` seconds."""
    if not outage.length:
        return
    await began.wait()
    await asyncio.sleep(outage.after)
    await server.close()
    await asyncio.sleep(outage.length)
    await server.open(server.port)


async def _pause(ended: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(ended.wait(), seconds)
    except TimeoutError:
        return


if __name__ == "__main__":
    typer.run(main)
