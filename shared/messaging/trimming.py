"""Removes what nobody needs any more: handled events, settled dead letters, requests long answered. One process at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.clock import Clock
from shared.db.errors import DATABASE_ERRORS
from shared.db.locks import holding
from shared.messaging import inbox, metrics
from shared.messaging.status import PartState, PartStatus

BATCH = 5_000
# How long a settled dead letter shows what was decided about it.
LETTER_DAYS = 365
_PAUSE_SECONDS = 3_600.0
_LOCK = 0x7472_696D
_SETTLED = text(
    "DELETE FROM dead_letter WHERE id IN (SELECT id FROM dead_letter WHERE state <> 'dead' AND settled_at < :before LIMIT :limit)"
)

_ASKED = text("DELETE FROM asked_before WHERE ctid = ANY(ARRAY(SELECT ctid FROM asked_before WHERE at < :before LIMIT :limit))")


class Trimming:
    """Trims the inboxes of some consumers every hour, in small transactions, while `run` runs."""

    def __init__(
        self, engine: AsyncEngine, consumers: Sequence[str], clock: Clock, *, service: str = "", inbox_days: int
    ) -> None:
        self._engine = engine
        self._service = service
        self._consumers = consumers
        self._clock = clock
        self._keep = timedelta(days=inbox_days)
        self.status = PartStatus("trimming", clock)
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Ends it after the current batch."""
        self._stop.set()

    async def run(self) -> None:
        """Trims until stopped; where the database is not available, again at the next turn."""
        while not self._stop.is_set():
            try:
                await self.trim()
                self.status.enter(PartState.RUNNING)
            except DATABASE_ERRORS as error:
                self.status.enter(PartState.DATABASE_AWAY, repr(error))
            try:
                await asyncio.wait_for(self._stop.wait(), _PAUSE_SECONDS)
            except TimeoutError:
                continue
        self.status.enter(PartState.STOPPED)

    async def trim(self) -> None:
        """Removes everything that is old enough now. Does nothing while another process does it."""
        async with holding(self._engine, _LOCK) as connection:
            if connection is None:
                return
            for consumer in self._consumers:
                await self._trim_inbox(connection, consumer)
            await self._remove_letters(connection)
            await self._remove_requests(connection)
            metrics.TRIMMED_AT.labels(self._service).set(self._clock.now().timestamp())

    async def _trim_inbox(self, connection: AsyncConnection, consumer: str) -> None:
        before = self._clock.now() - self._keep
        async with connection.begin():
            await inbox.note_trim(connection, consumer, before)
        removed = BATCH
        while removed == BATCH and not self._stop.is_set():
            async with connection.begin():
                removed = await inbox.trim(connection, consumer, before, limit=BATCH)
            self.status.progressed()

    async def _remove_requests(self, connection: AsyncConnection) -> None:
        before = self._clock.now() - self._keep
        async with connection.begin():
            await connection.execute(_ASKED, {"before": before, "limit": BATCH})

    async def _remove_letters(self, connection: AsyncConnection) -> None:
        before = self._clock.now() - timedelta(days=LETTER_DAYS)
        async with connection.begin():
            await connection.execute(_SETTLED, {"before": before, "limit": BATCH})
