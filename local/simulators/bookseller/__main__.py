"""Command line of the bookseller: `python -m local.simulators.bookseller --root FOLDER`."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated

import typer

from local.simulators.bookseller.brain import Brain
from local.simulators.bookseller.options import Delays, Options, Shares
from local.simulators.bookseller.server import key_in, listen
from shared.clock import SystemClock


@dataclass(frozen=True, slots=True)
class _Door:
    """How the mailbox is reached."""

    port: int
    host_key: Path
    authorized: list[str]
    client_key: Path | None


def main(  # noqa: PLR0913 - one parameter per option
    root: Annotated[Path, typer.Option(help="Folder of mailbox, memory and keys; made when missing")],
    port: Annotated[int, typer.Option(help="SFTP port on 127.0.0.1; 0 takes a free one")] = 0,
    host_key: Annotated[Path | None, typer.Option(help="Server's private key; made when missing [ROOT/host_key]")] = None,
    authorized_key: Annotated[list[Path] | None, typer.Option(help="Public key that may log in; ROOT/client_key if none")] = None,
    catalogue: Annotated[Path | None, typer.Option(help="CSV isbn,title,author,publisher,year,binding,price")] = None,
    seed: Annotated[str, typer.Option(help="Same seed, same fate of the same orders")] = "stockbridge",
    gln: Annotated[str, typer.Option(help="The bookseller's GLN")] = Options(Path()).gln,
    stop_account: Annotated[list[str] | None, typer.Option(help="GLN of a buyer whose account is stopped")] = None,
    share: Annotated[list[str] | None, typer.Option(help="NAME=0..1 of Shares, such as back_order=0.2")] = None,
    delay: Annotated[list[str] | None, typer.Option(help="NAME=SECONDS of Delays, such as despatch=1.5")] = None,
) -> None:
    """A simulated national bookseller: EDIFACT and ONIX over SFTP. Prints one JSON line once it listens."""
    root.mkdir(parents=True, exist_ok=True)
    options = Options(
        root=root,
        seed=seed,
        gln=gln,
        catalogue=catalogue,
        stopped_accounts=frozenset(stop_account or ()),
        shares=Shares(**_named(share or [], Shares)),
        delays=Delays(**_named(delay or [], Delays)),
    )
    client_key = None if authorized_key else root / "client_key"
    authorized = [path.read_text() for path in authorized_key or []]
    if client_key is not None:
        authorized.append(key_in(client_key).export_public_key().decode())
    asyncio.run(_serve(options, _Door(port, host_key or root / "host_key", authorized, client_key)))


def _named(settings: list[str], known: type[Shares | Delays]) -> dict[str, float]:
    """NAME=NUMBER settings of the fields of `known`; shares go from 0 to 1, delays from 0 up."""
    named: dict[str, float] = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        name = name.replace("-", "_")
        if name not in {field.name for field in fields(known)}:
            raise typer.BadParameter(f"{name!r} is none of {', '.join(field.name for field in fields(known))}")
        try:
            named[name] = float(value)
        except ValueError:
            raise typer.BadParameter(f"{setting!r} is not NAME=NUMBER") from None
        if named[name] < 0 or (known is Shares and named[name] > 1):
            raise typer.BadParameter(f"{setting!r} is out of range")
    return named


async def _serve(options: Options, door: _Door) -> None:
    brain = Brain(options, SystemClock())
    server = await listen(options, door.port, door.host_key, door.authorized)
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    ready = {
        "ready": True,
        "port": server.get_port(),
        "host_key": key_in(door.host_key).export_public_key().decode().strip(),
        "client_key": str(door.client_key) if door.client_key else None,
    }
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    while not ended.is_set():
        if not brain.step():
            await _pause(ended, options.delays.poll)
        await asyncio.sleep(0)
    server.close()
    await server.wait_closed()
    brain.close()


async def _pause(ended: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(ended.wait(), seconds)
    except TimeoutError:
        return


if __name__ == "__main__":
    typer.run(main)
