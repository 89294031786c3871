"""Command line of the provider of sign-in for one machine."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from local.machine.keys import read_signing_key
from local.machine.ports import LOOPBACK
from local.provider.app import Client, Provider, create_app
from local.provider.tokens import Signer
from shared.clock import SystemClock


def main(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1")],
    key: Annotated[Path, typer.Option(help="File of the key that signs tokens, with its name", exists=True)],
    client_id: Annotated[str, typer.Option(help="Name of the only client")],
    address: Annotated[list[str], typer.Option(help="Base URL of the client's pages; repeatable")],
    token_seconds: Annotated[float, typer.Option(min=1.0, help="Seconds that a token is valid")] = 900.0,
) -> None:
    """Run an OpenID Connect provider on 127.0.0.1 that signs in whoever presses a button."""
    clock = SystemClock()
    signer = Signer(f"http://{LOOPBACK}:{port}", read_signing_key(key), clock, timedelta(seconds=token_seconds))
    provider = Provider(Client(client_id, address), signer, lambda: clock.now().timestamp())
    uvicorn.run(create_app(provider), host=LOOPBACK, port=port, access_log=False, ws="none", lifespan="off", log_level="warning")


if __name__ == "__main__":
    typer.run(main)
