"""Command line of the simulated consortium."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from local.simulators.consortium.brain import Delays
from local.simulators.consortium.decisions import Proportions
from local.simulators.consortium.pushes import Receiver
from local.simulators.consortium.server import Options, serve

_DEFAULT = Proportions()
_DELAYS = Delays()


def main(  # noqa: PLR0913 - a command line
    webhook_url: Annotated[str, typer.Option(help="Where pushes go.", envvar="CONSORTIUM_WEBHOOK_URL")],
    webhook_secret: Annotated[str, typer.Option(help="Signs pushes: whsec_ and base64.", envvar="CONSORTIUM_WEBHOOK_SECRET")],
    client_secret: Annotated[str, typer.Option(help="Secret of the one client.", envvar="CONSORTIUM_CLIENT_SECRET")],
    cert: Annotated[Path, typer.Option(help="Server certificate, PEM.", exists=True)],
    key: Annotated[Path, typer.Option(help="Its private key, PEM.", exists=True)],
    client_id: Annotated[str, typer.Option(help="Name of the one client.", envvar="CONSORTIUM_CLIENT_ID")] = "stockbridge",
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes any free one.")] = 8443,
    state: Annotated[Path, typer.Option(help="SQLite file that survives restarts.")] = Path("consortium.sqlite"),
    catalogue: Annotated[
        Path | None, typer.Option(help="CSV: isbn,title,author,publisher,year,binding,price.", exists=True)
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed, other decisions.")] = 1,
    accept: Annotated[float, typer.Option(min=0.0, help="Weight of lines accepted.")] = _DEFAULT.accept,
    back_order: Annotated[float, typer.Option(min=0.0, help="Weight of lines with copies on back order.")] = _DEFAULT.back_order,
    refuse: Annotated[float, typer.Option(min=0.0, help="Weight of lines refused.")] = _DEFAULT.refuse,
    substitute: Annotated[
        float, typer.Option(min=0.0, help="Weight of lines with a substitute, supplied or offered.")
    ] = _DEFAULT.substitute,
    unknown_word: Annotated[
        float, typer.Option(min=0.0, help="Weight of lines with a status word nobody knows.")
    ] = _DEFAULT.unknown_word,
    partial_ship: Annotated[
        float, typer.Option(min=0, max=1, help="Share of lines shipped in two parts.")
    ] = _DEFAULT.partial_ship,
    late_ship: Annotated[float, typer.Option(min=0, max=1, help="Share of lines shipped late.")] = _DEFAULT.late_ship,
    release: Annotated[float, typer.Option(min=0, max=1, help="Share of back orders that ship in the end.")] = _DEFAULT.release,
    send_twice: Annotated[float, typer.Option(min=0, max=1, help="Share of pushes sent twice.")] = _DEFAULT.send_twice,
    lost_answer: Annotated[
        float, typer.Option(min=0, max=1, help="Share of requests taken but not answered, once.")
    ] = _DEFAULT.lost_answer,
    response_delay: Annotated[float, typer.Option(min=0.0, help="Seconds from order to response.")] = _DELAYS.response,
    despatch_delay: Annotated[float, typer.Option(min=0.0, help="Seconds from response to despatch.")] = _DELAYS.despatch,
    release_delay: Annotated[
        float, typer.Option(min=0.0, help="Seconds from response to the release of back orders.")
    ] = _DELAYS.release,
    token_seconds: Annotated[float, typer.Option(min=0.0, help="Life of an access token.")] = 300.0,
) -> None:
    """Run a regional consortium: JSON over HTTPS on 127.0.0.1, answers by signed webhook."""
    proportions = Proportions(
        accept=accept,
        back_order=back_order,
        refuse=refuse,
        substitute=substitute,
        unknown_word=unknown_word,
        partial_ship=partial_ship,
        late_ship=late_ship,
        release=release,
        send_twice=send_twice,
        lost_answer=lost_answer,
    )
    options = Options(
        port=port,
        cert=cert,
        key=key,
        client_id=client_id,
        client_secret=client_secret,
        token_seconds=token_seconds,
        receiver=Receiver(webhook_url, webhook_secret),
        state=state,
        catalogue=catalogue,
        seed=seed,
        proportions=proportions,
        delays=Delays(response_delay, despatch_delay, release_delay),
    )
    asyncio.run(serve(options, lambda bound: typer.echo(json.dumps({"ready": True, "port": bound}))))


if __name__ == "__main__":
    typer.run(main)
