"""Tells pages at once that something changed, by server-sent events. Must not know what: a page asks for itself again.

The consumer notifies a channel of the database with each batch that it commits, so that it may run in another process.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import structlog
from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.dashboard.pages.frame import Visiting, pages_router
from services.dashboard.pages.rendering import HEADERS
from services.dashboard.store.changed import CHANGED
from shared.backoff import Backoff
from shared.db.errors import DATABASE_ERRORS, trouble_with
from shared.db.listening import listening
from shared.errors import DomainError, Kind
from shared.health import Health, HealthState

# The browser then asks again, and shows whether it may still listen.
_LONGEST_SECONDS = 300.0
_PING_SECONDS = 15
_CHECK_SECONDS = 10.0
_MOST_LISTENERS = 500
# Of one person, in all tabs and browsers.
_MOST_OF_ONE = 25
# Raises where the connection was lost.
_STILL_OPEN = text("SELECT 1")

log = structlog.get_logger(__name__)


class Changes:
    """Wakes every page that listens whenever the read model changed. Runs beside the routes."""

    name = "live pages"

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._listeners: dict[asyncio.Event, str] = {}
        self._trouble = ""

    def health(self) -> list[Health]:
        """Reports `degraded` while it cannot listen: pages then ask by themselves every few seconds."""
        return [Health(self.name, HealthState.DEGRADED if self._trouble else HealthState.OK, self._trouble)]

    async def run(self) -> None:
        """Listens until cancelled."""
        pause = Backoff(0.5, 30.0)
        while True:
            try:
                async with listening(self._engine, CHANGED, lambda _: self._wake()) as connection:
                    self._trouble = ""
                    # Something may have changed while the connection was lost, so all pages ask again.
                    self._wake()
                    await self._watch(connection, pause)
            except DATABASE_ERRORS as error:
                self._trouble = trouble_with(error)
                log.warning("live pages lost the database", error=str(error))
                await asyncio.sleep(pause.next())

    async def _watch(self, connection: AsyncConnection, pause: Backoff) -> None:
        while True:
            await connection.execute(_STILL_OPEN)
            pause.reset()
            await asyncio.sleep(_CHECK_SECONDS)

    def _wake(self) -> None:
        for listener in self._listeners:
            listener.set()

    async def told(self, subject: str) -> AsyncIterator[ServerSentEvent]:
        """Yields an event at once, and one after each change; several changes at a time are one. Ends after a few minutes.

        `subject`: who listens.
        """
        changed = asyncio.Event()
        self._listeners[changed] = subject
        try:
            yield ServerSentEvent(event="ready", data="")
            ends_at = time.monotonic() + _LONGEST_SECONDS
            while await _waited(changed, ends_at - time.monotonic()):
                changed.clear()
                yield ServerSentEvent(event="changed", data="")
        finally:
            self._listeners.pop(changed, None)

    def is_full(self, subject: str) -> bool:
        """Returns whether this process takes no more listeners, or none of this person; pages then ask by themselves."""
        mine = sum(each == subject for each in self._listeners.values())
        return len(self._listeners) >= _MOST_LISTENERS or mine >= _MOST_OF_ONE


async def _waited(changed: asyncio.Event, seconds: float) -> bool:
    """Returns whether something changed within so many seconds."""
    try:
        await asyncio.wait_for(changed.wait(), seconds)
    except TimeoutError:
        return False
    return True


def live_router(changes: Changes) -> APIRouter:
    """Returns the route of `/live`."""
    router = pages_router()

    async def live(visitor: Visiting) -> Response:
        if changes.is_full(visitor.subject):
            raise DomainError("too-many-listeners", "Too many pages listen; this one asks by itself.", Kind.UNAVAILABLE)
        return EventSourceResponse(changes.told(visitor.subject), ping=_PING_SECONDS, headers=dict(HEADERS))

    router.add_api_route("/live", live, methods=["GET"])
    return router
