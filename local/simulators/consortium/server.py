"""Joins the simulated consortium's parts and serves them over TLS on the loopback address."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from local.simulators.consortium.app import Api, create_app
from local.simulators.consortium.brain import Brain, Delays
from local.simulators.consortium.catalogue import load_catalogue
from local.simulators.consortium.decisions import Decisions, Proportions
from local.simulators.consortium.desk import Desk
from local.simulators.consortium.lost_answers import LostAnswers
from local.simulators.consortium.pushes import Pushes, Receiver
from local.simulators.consortium.record_list import RecordList
from local.simulators.consortium.store import Store
from local.simulators.consortium.tokens import Tokens
from shared.clock import SystemClock


@dataclass(frozen=True, slots=True)
class Options:
    """All options of the command line."""

    port: int
    cert: Path
    key: Path
    client_id: str
    client_secret: str
    token_seconds: float
    receiver: Receiver
    state: Path
    catalogue: Path | None
    seed: int
    proportions: Proportions
    delays: Delays


async def serve(options: Options, ready: Callable[[int], None]) -> None:
    """Serves until SIGTERM or SIGINT; `ready` gets the port once connections are accepted."""
    clock = SystemClock()
    decisions = Decisions(options.seed, options.proportions)
    store = Store(options.state)
    pushes = Pushes(store, options.receiver, clock)
    catalogue = load_catalogue(options.catalogue)
    desk = Desk(store, Brain(decisions, options.delays, catalogue), decisions, clock)
    tokens = Tokens(options.client_id, options.client_secret, options.token_seconds)
    app = create_app(Api(desk, RecordList(store, catalogue), tokens, pushes.wake))
    server = _Server(
        uvicorn.Config(
            LostAnswers(app, decisions),
            host="127.0.0.1",
            port=options.port,
            ssl_certfile=options.cert,
            ssl_keyfile=options.key,
            access_log=False,
            ws="none",
            lifespan="off",
            log_level="warning",
            timeout_graceful_shutdown=2,
        ),
        ready,
    )
    async with asyncio.TaskGroup() as tasks:
        sending = tasks.create_task(pushes.run())
        await server.serve()
        sending.cancel()


class _Server(uvicorn.Server):
    """Calls `ready` with its port once it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[int], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to listen, then calls `ready`."""
        await super().startup(sockets)
        if self.started:
            self._ready(self.servers[0].sockets[0].getsockname()[1])
