"""A loop that runs beside the API. One process works at a time; the database or a timer wakes it; it finishes its turn.

Must not know what a turn does.
"""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.backoff import Backoff
from shared.db.errors import DATABASE_ERRORS, trouble_with
from shared.db.listening import driver_of, listening
from shared.db.locks import try_lock
from shared.health import Health, HealthState
from shared.supervisor import drained

# The space of the locks on loops.
_LOCK_SPACE = 0x6578_6368
_LOCK_PAUSE = 1.0
_LONGEST_PAUSE = 10.0
# Raises where the connection, and with it the lock, was lost.
_STILL_OPEN = text("SELECT 1")

log = structlog.get_logger(__name__)

Turn = Callable[[], Awaitable[bool]]
Status = Callable[[], str]


class Loop:
    """Repeats `turn` while it finds work, then waits `pause` seconds, or until `channel` of the database is notified.

    `first` runs once each time this process gets the lock and becomes the one that works. `trouble` returns what is wrong at
    present; an empty text means good health.
    """

    def __init__(
        self,
        name: str,
        engine: AsyncEngine,
        turn: Turn,
        *,
        pause: float,
        channel: str | None = None,
        trouble: Status = str,
        first: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.name = name
        self._engine = engine
        self._turn = turn
        self._pause = pause
        self._channel = channel
        self._trouble = trouble
        self._first = first
        self._wake = asyncio.Event()
        self._stopping = False
        self._database = ""

    def health(self) -> list[Health]:
        """Reports `degraded` while `trouble` says something, or the database cannot be reached."""
        detail = self._database or self._trouble()
        return [Health(self.name, HealthState.DEGRADED if detail else HealthState.OK, detail)]

    async def run(self) -> None:
        """Works until cancelled. Finishes its current turn before it stops, for at most `DRAIN_SECONDS`."""
        self._stopping = False
        work = asyncio.create_task(self._work(), name=self.name)
        await drained(work, self._stop)

    def _stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def _work(self) -> None:
        pause = Backoff(0.1, _LONGEST_PAUSE)
        while not self._stopping:
            try:
                async with listening(self._engine, self._channel, lambda _: self._wake.set()) as connection:
                    await self._repeat(connection, pause)
            except DATABASE_ERRORS as error:
                self._database = trouble_with(error)
                seconds = pause.next()
                log.warning("loop lost the database", loop=self.name, error=str(error), pause=seconds)
                await self._sleep(seconds)

    async def _repeat(self, connection: AsyncConnection, pause: Backoff) -> None:
        """Takes turns while the connection holds this loop's lock. When it is lost, another process may work.

        Only a turn that ended shows that the database works: on a full disk it can still be read.
        """
        while not await self._locked(connection):
            self._database = ""
            await self._sleep(_LOCK_PAUSE)
            if self._stopping:
                return
        if self._first is not None:
            await self._first()
        while not self._stopping:
            self._wake.clear()
            await connection.execute(_STILL_OPEN)
            worked = await self._turn()
            self._database = ""
            pause.reset()
            if not worked:
                await self._sleep(self._pause)

    async def _locked(self, connection: AsyncConnection) -> bool:
        number = zlib.crc32(self.name.encode()) & 0x7FFF_FFFF
        return await try_lock(await driver_of(connection), _LOCK_SPACE, number)

    async def _sleep(self, seconds: float) -> None:
        if self._stopping:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()
