"""Checks every ten seconds whether a feed of the supplier became quiet or its messages arrive again. Opens the transactions."""

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
        self._checked_at: datetime | None = None

    async def check(self) -> None:
        """Compares each feed's silence with its usual pause, unless that was done less than ten seconds ago."""
        # A clock that went back must not stop the checks until it has caught up.
        now = self._exchange.clock.now()
        if self._checked_at is not None and abs(now - self._checked_at) < _PAUSE:
            return
        async with self._engine.begin() as connection:
            quiet = await watch(connection, self._exchange)
        self._checked_at = now
        profile = self._exchange.profile
        for kind in profile.feeds:
            metrics.FEED_QUIET.labels(profile.supplier_id, kind).set(kind in quiet)
