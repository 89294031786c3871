"""An exchange at work for a simulated supplier: its API listens and its loops run, in the test's own loop."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TypeVar

import uvicorn
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers.about import ABOUT
from services.suppliers.api import decisions_router, messages_router, pushes_router
from services.suppliers.app import PACKAGE
from services.suppliers.contract import Kind
from services.suppliers.domain.messages import Message, State
from services.suppliers.exchange import Exchange, Limits
from services.suppliers.incoming import handlers
from services.suppliers.loops.connection import ReadingLoops, SupplierConnection
from services.suppliers.store import messages
from services.suppliers.store.messages import Filter
from services.suppliers.usecases import sending
from shared.clock import SystemClock
from shared.contracts.base import Event
from shared.db.engine import create_engine
from shared.http.app import Chassis, create_service_app
from shared.settings import ServiceSettings
from tests.fixtures.tokens import Tokens
from tests.services.hearing import Hearing
from tests.suppliers.other_side import OtherSide
from tests.waiting import eventually, until

E = TypeVar("E", bound=Event)

_LIMITS = Limits(send=5.0, match=3.0, first_pause=0.1, longest_pause=0.5, circuit_failures=2, probe=0.3)


@dataclass
class Station:
    """One exchange and the supplier on its other side."""

    other_side: OtherSide
    database_url: str
    port: int
    tokens: Tokens
    exchange: Exchange = field(init=False)
    engine: AsyncEngine = field(init=False)
    connection: SupplierConnection = field(init=False)
    _server: uvicorn.Server | None = None
    _serving: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start the supplier, then the exchange."""
        await self.other_side.start()
        self.exchange = Exchange(self.other_side.adapter(), SystemClock(), _LIMITS)
        self.engine = create_engine(SecretStr(self.database_url))
        await self.start()

    async def close(self) -> None:
        """Stop both."""
        await self.stop()
        await self.other_side.stop()
        await self.engine.dispose()

    async def start(self) -> None:
        """Start the exchange; returns once its API listens."""
        settings = ServiceSettings(
            database_url=SecretStr(self.database_url),
            kafka_bootstrap_servers="127.0.0.1:1",
            auth_jwks_file=self.tokens.jwks_file,
        )
        engine = create_engine(SecretStr(self.database_url))
        self.connection = SupplierConnection(engine, self.exchange)
        app = create_service_app(
            Chassis(PACKAGE, settings, engine, SystemClock()),
            about=ABOUT,
            routers=[
                pushes_router(engine, self.exchange),
                messages_router(engine, self.exchange),
                decisions_router(engine, self.exchange),
            ],
            parts=[ReadingLoops(engine, self.exchange), self.connection],
        )
        config = uvicorn.Config(app, port=self.port, log_config=None, ws="none", lifespan="on", access_log=False)
        self._server = uvicorn.Server(config)
        self._serving = asyncio.create_task(self._server.serve())
        await eventually(lambda: self._server is not None and self._server.started)

    async def stop(self) -> None:
        """Stop the exchange as SIGTERM would."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving
            self._server = None

    async def hears(self, *events: Event) -> None:
        """Give the exchange events as its consumer would."""
        await Hearing(self.engine, SystemClock(), handlers(self.exchange)).hears(*events)

    async def published(self, event: type[E]) -> list[E]:
        """Returns the events of one type that the exchange published."""
        sent = await Hearing(self.engine, SystemClock(), handlers(self.exchange)).sent()
        return [fact for fact in sent if isinstance(fact, event)]

    async def wait_published(self, event: type[E], count: int = 1) -> list[E]:
        """Waits for at least `count` published events of one type; returns them."""
        found: list[E] = []

        async def enough() -> bool:
            found[:] = await self.published(event)
            return len(found) >= count

        await until(enough)
        return found

    async def messages(self, **narrowed: object) -> list[Message]:
        """Kept messages, oldest first."""
        async with self.engine.connect() as connection:
            found = await messages.page(connection, Filter(**narrowed), after=None, limit=200)  # type: ignore[arg-type]
        return found[::-1]

    async def wait_state(self, state: State, count: int = 1) -> list[Message]:
        """Waits for at least `count` messages in a state; returns them."""
        found: list[Message] = []

        async def enough() -> bool:
            found[:] = await self.messages(state=state)
            return len(found) >= count

        await until(enough)
        return found

    async def send_and_die(self) -> None:
        """Send the next message and be killed before its outcome is committed. The exchange must be stopped."""
        async with self.engine.begin() as connection:
            intended = await sending.intend(connection, self.exchange, list(Kind))
        assert intended is not None
        async with self.exchange.adapter.transport() as transport:
            await transport.send(intended[1])
