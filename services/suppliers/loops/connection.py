"""Starts the loops that run beside the API: reading what arrived, and those that use the connection to the supplier."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers.contract import SupplierUnavailable, Transport
from services.suppliers.domain.messages import Direction
from services.suppliers.domain.reachability import Way
from services.suppliers.exchange import Exchange
from services.suppliers.loops.mailbox import Mailbox
from services.suppliers.loops.reader import LARGE_MESSAGES, SMALL_MESSAGES, Reader
from services.suppliers.loops.sender import Sender
from services.suppliers.loops.watcher import Watcher
from services.suppliers.loops.ways import Prober, WatchedWay, Ways
from services.suppliers.loops.withholder import Withholder
from services.suppliers.store import withdrawals
from services.suppliers.store.messages import CHANNELS
from services.suppliers.usecases.announcing import announce
from shared.db.errors import DATABASE_ERRORS, trouble_with
from shared.health import Health, HealthState
from shared.loop import Loop

_LOOK_SECONDS = 1.0
_CONNECT_PAUSE = 2.0

log = structlog.get_logger(__name__)


class ReadingLoops:
    """The loops that announce the exchange, read kept messages, watch for quiet feeds, and withhold what may not be sent.

    They need no connection to the supplier.
    """

    name = "reading"

    def __init__(self, engine: AsyncEngine, exchange: Exchange) -> None:
        small, watcher = Reader(engine, exchange, SMALL_MESSAGES), Watcher(engine, exchange)
        withholder = Withholder(engine, exchange)
        large = Reader(engine, exchange, LARGE_MESSAGES)

        async def first() -> None:
            async with engine.begin() as connection:
                await announce(connection, exchange)

        async def turn() -> bool:
            # From a supplier whose secrets are withdrawn, silence is usual.
            if not await withholder.check():
                await watcher.check()
            return await small.turn()

        self._loops = (
            Loop("reading", engine, turn, pause=_LOOK_SECONDS, channel=CHANNELS[Direction.IN], first=first),
            Loop("reading large", engine, large.turn, pause=_LOOK_SECONDS, channel=CHANNELS[Direction.IN]),
        )

    def health(self) -> list[Health]:
        """Reports `degraded` while the database cannot be reached."""
        return [check for loop in self._loops for check in loop.health()]

    async def run(self) -> None:
        """Works until cancelled."""
        await _run_together(self._loops)


class SupplierConnection:
    """Keeps the transport open for the life of the process, with the loops that use it: sending and the mailbox."""

    name = "supplier"

    def __init__(self, engine: AsyncEngine, exchange: Exchange) -> None:
        self._engine = engine
        self._exchange = exchange
        self._loops: tuple[Loop, ...] = ()
        self._trouble = "not connected yet"
        self._way = WatchedWay(engine, exchange, Way.CONNECTING)

    def health(self) -> list[Health]:
        """Reports `degraded` while the supplier cannot be reached. Taking orders goes on."""
        if self._trouble:
            return [Health(self.name, HealthState.DEGRADED, self._trouble)]
        return [check for loop in self._loops for check in loop.health()]

    async def run(self) -> None:
        """Works until cancelled. Tries again where the supplier cannot be reached. Opens nothing with withdrawn secrets."""
        while True:
            try:
                if await self._may_connect():
                    await self._connect()
            except (SupplierUnavailable, OSError) as error:
                self._trouble = f"{self._exchange.profile.name} cannot be reached: {error}"
                self._way.failed(str(error), self._exchange.clock.now() + timedelta(seconds=_CONNECT_PAUSE))
                await self._way.keep_if_possible()
                log.warning("the transport could not be opened", error=str(error))
            await asyncio.sleep(_CONNECT_PAUSE)

    async def _connect(self) -> None:
        async with self._exchange.adapter.transport() as transport:
            await self._use(transport)

    async def _may_connect(self) -> bool:
        try:
            async with self._engine.connect() as connection:
                withdrawn = await withdrawals.in_force(connection) is not None
        except DATABASE_ERRORS as error:
            self._trouble = trouble_with(error)
            return False
        if withdrawn:
            self._trouble = ""
        return not withdrawn

    async def _use(self, transport: Transport) -> None:
        sender = Sender(self._engine, self._exchange, transport)
        mailbox = Mailbox(self._engine, self._exchange, transport)
        calling = (sender.way, mailbox.way) if transport.fetch_calls else (sender.way,)
        prober = Prober(self._engine, self._exchange, transport, Ways(self._way, calling))
        self._loops = (
            Loop(
                "sending",
                self._engine,
                sender.turn,
                pause=_LOOK_SECONDS,
                channel=CHANNELS[Direction.OUT],
                trouble=sender.trouble,
                first=sender.adopt_orphans,
            ),
            Loop("mailbox", self._engine, mailbox.turn, pause=self._exchange.profile.fetch_seconds, trouble=mailbox.trouble),
            Loop("connecting", self._engine, prober.turn, pause=_LOOK_SECONDS),
        )
        self._trouble = ""
        self._way.forget()
        try:
            await _run_together(self._loops)
        finally:
            await mailbox.close()


async def _run_together(loops: Sequence[Loop]) -> None:
    """Runs the loops until one fails or the caller is cancelled; then ends the others."""
    tasks = [asyncio.create_task(loop.run(), name=loop.name) for loop in loops]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
