"""Command line of the simulated consortium."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from local.simulators.consortium.brain import Delays
from local.simulators.consortium.decisions import Proportions
from local.simulators.consortium.pushes import Receiver
from local.simulators.consortium.server import Options, serve
from local.simulators.options import named_numbers

_PROPORTIONS = asdict(Proportions())
_PROPORTION_HELP = f"""NAME=NUMBER, repeatable. The first five are weights of the outcomes of a line, the others are shares of 1.
Names and defaults: {", ".join(f"{name}={number}" for name, number in _PROPORTIONS.items())}."""
_DELAYS = Delays()

app = typer.Typer(add_completion=False)


@app.command()
def main(  # noqa: PLR0913 - one parameter per option
    webhook_url: Annotated[str, typer.Option(help="Address that receives the pushes.", envvar="CONSORTIUM_WEBHOOK_URL")],
    webhook_secret: Annotated[str, typer.Option(help="Signs pushes: whsec_ and base64.", envvar="CONSORTIUM_WEBHOOK_SECRET")],
    client_secret: Annotated[str, typer.Option(help="Secret of the only client.", envvar="CONSORTIUM_CLIENT_SECRET")],
    cert: Annotated[Path, typer.Option(help="Server certificate, PEM.", exists=True)],
    key: Annotated[Path, typer.Option(help="Its private key, PEM.", exists=True)],
    client_id: Annotated[str, typer.Option(help="Name of the only client.", envvar="CONSORTIUM_CLIENT_ID")] = "stockbridge",
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes any free one.")] = 8443,
    state: Annotated[Path, typer.Option(help="SQLite file that survives restarts.")] = Path("consortium.sqlite"),
    catalogue: Annotated[
        Path | None,
        typer.Option(help="CSV: isbn,title,author,publisher,year,binding,price, and what catalogue.py names.", exists=True),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of all decisions; another seed gives other decisions.")] = 1,
    proportion: Annotated[list[str] | None, typer.Option(help=_PROPORTION_HELP)] = None,
    response_delay: Annotated[float, typer.Option(min=0.0, help="Seconds from order to response.")] = _DELAYS.response,
    despatch_delay: Annotated[float, typer.Option(min=0.0, help="Seconds from response to despatch.")] = _DELAYS.despatch,
    release_delay: Annotated[float, typer.Option(min=0.0, help="Seconds until back orders are released.")] = _DELAYS.release,
    token_seconds: Annotated[float, typer.Option(min=0.0, help="Seconds that an access token is valid.")] = 300.0,
) -> None:
    """Run a regional consortium: JSON over HTTPS on 127.0.0.1, answers by signed webhook.

    Prints one line of JSON, {"ready": true, "port": N}, once it listens.
    """
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
        proportions=replace(Proportions(), **named_numbers(proportion or [], _PROPORTIONS, float)),
        delays=Delays(response_delay, despatch_delay, release_delay),
    )
    asyncio.run(serve(options, lambda bound: typer.echo(json.dumps({"ready": True, "port": bound}))))


if __name__ == "__main__":
    app()
