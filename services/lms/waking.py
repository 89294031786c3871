"""Wakes callers that wait for a change of their council. One connection of the process listens, and only while anybody waits.

A waiting caller holds no connection. Must not know what a change is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.lms.metrics import CALLERS
from services.lms.store.feed import CHANNEL
from shared.backoff import Backoff
from shared.db.errors import DATABASE_ERRORS
from shared.db.listening import listening
from shared.errors import DomainError, Kind
from shared.health import Health, HealthState

# For so long a connection listens on when nobody waits: a caller that asks again at once finds it.
_LINGER_SECONDS = 60.0
_ALIVE_SECONDS = 10.0
_RETRY_SECONDS = 2
_PROBE = text("SELECT 1")

log = structlog.get_logger(__name__)


class Waking:
    """The callers that wait in this process. A part of it, which runs wherever there are routes."""

    name = "waking"

    def __init__(self, engine: AsyncEngine, *, most: int, most_of_council: int) -> None:
        self._engine = engine
        self._most = most
        self._most_of_council = most_of_council
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._needed = asyncio.Event()
        self._listens = asyncio.Event()
        self._trouble = ""

    @asynccontextmanager
    async def waiting(self, council: str) -> AsyncIterator[asyncio.Event]:
        """Gives a caller a place until it leaves: an event that is set when the council may have a change.

        Raises DomainError: 429 if too many callers of the council wait, 503 if too many of all do.
        """
        self._check_room(council)
        woken = asyncio.Event()
        self._waiting.setdefault(council, set()).add(woken)
        self._needed.set()
        CALLERS.inc()
        try:
            yield woken
        finally:
            CALLERS.dec()
            places = self._waiting[council]
            places.discard(woken)
            if not places:
                del self._waiting[council]

    def _check_room(self, council: str) -> None:
        if len(self._waiting.get(council, ())) >= self._most_of_council:
            detail = (
                f"{self._most_of_council} calls of the council wait for changes already; let one of them end, or send `wait=0`."
            )
            raise DomainError("too-many-waiting", detail, Kind.TOO_MANY, retry_seconds=_RETRY_SECONDS)
        if sum(map(len, self._waiting.values())) >= self._most:
            detail = "Too many calls wait for changes in this process; nothing is lost. Repeat the call, or send `wait=0`."
            raise DomainError("no-room-to-wait", detail, Kind.UNAVAILABLE, retry_seconds=_RETRY_SECONDS)

    async def listens(self) -> None:
        """Waits until changes that are committed from then on wake who waits."""
        await self._listens.wait()

    async def run(self) -> None:
        """Listens while anybody waits, until cancelled. After a lost connection, connects again and wakes everybody."""
        # Events belong to the loop that waits for them first.
        self._needed, self._listens = asyncio.Event(), asyncio.Event()
        pause = Backoff(0.1, 5.0)
        while True:
            await self._needed.wait()
            try:
                await self._listen(pause)
                self._trouble = ""
            except DATABASE_ERRORS as error:
                self._trouble = f"does not listen: {error!r}"
                log.warning("nobody is woken by changes", error=repr(error))
                await asyncio.sleep(pause.next())
            finally:
                self._listens.clear()

    async def _listen(self, pause: Backoff) -> None:
        async with listening(self._engine, CHANNEL, self._wake) as connection:
            self._listens.set()
            self._trouble = ""
            pause.reset()
            # What was committed while nobody listened.
            for council in list(self._waiting):
                self._wake(council)
            idle = 0.0
            while idle < _LINGER_SECONDS:
                await asyncio.sleep(_ALIVE_SECONDS)
                await connection.execute(_PROBE)
                idle = 0.0 if self._waiting else idle + _ALIVE_SECONDS
            self._needed.clear()

    def _wake(self, council: str) -> None:
        for woken in self._waiting.get(council, ()):
            woken.set()

    def health(self) -> list[Health]:
        """Returns degraded while callers wait that nobody would wake."""
        state = HealthState.DEGRADED if self._trouble and self._waiting else HealthState.OK
        return [Health(self.name, state, self._trouble)]
