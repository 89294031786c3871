"""Looks every few seconds whether a feed of the supplier fell quiet or is heard again. Opens the transactions."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers import metrics
from services.suppliers.exchange import Exchange
from services.suppliers.usecases.watching import watch

_PAUSE = timedelta(seconds=10)


class Watcher:
    """One supplier's feeds."""

    def __init__(self, engine: AsyncEngine, exchange: Exchange) -> None:
        self._engine = engine
        self._exchange = exchange
        self._looked_at: datetime | None = None

    async def look(self) -> None:
        """Compare silence with what is usual, unless that was done just now."""
        now = self._exchange.clock.now()
        if self._looked_at is not None and now - self._looked_at < _PAUSE:
            return
        async with self._engine.begin() as connection:
            quiet = await watch(connection, self._exchange)
        self._looked_at = now
        profile = self._exchange.profile
        for kind in profile.feeds:
            metrics.FEED_QUIET.labels(profile.supplier_id, kind).set(kind in quiet)
