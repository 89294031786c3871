"""Ends what is queued while the supplier's secrets are withdrawn. Needs no connection to the supplier. Opens the transactions."""

from __future__ import annotations

import asyncio

from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers.exchange import Exchange
from services.suppliers.usecases.withdrawing import withhold

_PAUSE = 1.0


class Withholder:
    """One supplier's queue while nothing may be sent."""

    def __init__(self, engine: AsyncEngine, exchange: Exchange) -> None:
        self._engine = engine
        self._exchange = exchange
        self._next = 0.0
        self._withdrawn = False

    async def check(self) -> bool:
        """Returns whether the secrets are withdrawn, and then ends queued messages; at most once a second."""
        now = asyncio.get_running_loop().time()
        if now >= self._next:
            self._next = now + _PAUSE
            async with self._engine.begin() as connection:
                self._withdrawn = await withhold(connection, self._exchange)
        return self._withdrawn
