"""Watches one way of calling the supplier, and connects where nothing else does. Opens the transactions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers.contract import SupplierUnavailable, Transport
from services.suppliers.domain.reachability import Trouble, Way
from services.suppliers.exchange import Exchange
from services.suppliers.store import reachability
from services.suppliers.usecases import reaching
from services.suppliers.usecases.testing_connection import connect
from shared.db.errors import DATABASE_ERRORS

# One failure is often a supplier that starts again; it is tried again at once.
_FAILURES = 2
_AGAIN_SECONDS = 1.0
_CONNECT_SECONDS = 2.0


class WatchedWay:
    """Counts the failures in a row of one way, and keeps in the database when it stops working and works again."""

    def __init__(self, engine: AsyncEngine, exchange: Exchange, way: Way) -> None:
        self._engine = engine
        self._exchange = exchange
        self._way = way
        self._failures = 0
        self._since: datetime | None = None
        self._trouble: Trouble | None = None
        # Not known at first what the database has: the process before may have kept a trouble.
        self._kept: tuple[Trouble | None] | None = None
        self.tried_at = time.monotonic()

    @property
    def undecided(self) -> bool:
        """Whether it failed, and not yet so often that staff must know."""
        return 0 < self._failures < _FAILURES

    @property
    def works(self) -> bool:
        """Whether no attempt failed since the last one that worked."""
        return self._failures == 0

    def reached(self) -> None:
        """Records that the supplier answered."""
        self.tried_at = time.monotonic()
        self.idle()

    def idle(self) -> None:
        """Records that there is nothing to try any more."""
        self._failures, self._since, self._trouble = 0, None, None

    def failed(self, reason: str, again: datetime) -> None:
        """Records that the supplier could not be reached, and when it is tried again."""
        self.tried_at = time.monotonic()
        self._failures += 1
        self._since = self._since or self._exchange.clock.now()
        if self._failures >= _FAILURES:
            self._trouble = Trouble(self._since, reason, again)

    def forget(self) -> None:
        """Begins again, as after a start: a person had the supplier tried again."""
        self.idle()
        self._kept = None

    async def keep(self) -> None:
        """Keeps what is known now, if that is news."""
        if self.undecided or self._kept == (self._trouble,):
            return
        async with self._engine.begin() as connection:
            await reaching.note(connection, self._exchange, self._way, self._trouble)
        self._kept = (self._trouble,)

    async def keep_if_possible(self) -> None:
        """Keeps what is known now where the database can be reached; it is tried again with the next attempt."""
        with suppress(*DATABASE_ERRORS):
            await self.keep()


@dataclass(frozen=True, slots=True)
class Ways:
    """The prober's own way, and those by which this process calls the supplier anyway."""

    own: WatchedWay
    calling: Sequence[WatchedWay]


class Prober:
    """Connects to the supplier and hangs up, when nothing else called it for some seconds."""

    def __init__(self, engine: AsyncEngine, exchange: Exchange, transport: Transport, ways: Ways) -> None:
        self._engine = engine
        self._exchange = exchange
        self._transport = transport
        self._ways = ways
        self._tried = False

    async def turn(self) -> bool:
        """Connects if it is time. Always returns False: the next turn comes after a pause."""
        if not self._is_time():
            return False
        async with self._engine.connect() as connection:
            stopped = (await reachability.permit(connection)).stopped
        if not stopped:
            await self._probe()
            await self._ways.own.keep()
            self._tried = True
        return False

    async def _probe(self) -> None:
        own, address = self._ways.own, self._transport.address
        if address is None:
            own.idle()
            return
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await connect(*address)
        except (TimeoutError, SupplierUnavailable) as error:
            reason = f"no answer within {_CONNECT_SECONDS:g} s" if isinstance(error, TimeoutError) else str(error)
            own.failed(reason, self._exchange.clock.now() + timedelta(seconds=self._exchange.limits.probe))
        else:
            own.reached()

    def _is_time(self) -> bool:
        """The first time at once: the process before may have kept a trouble that is over."""
        own = self._ways.own
        if not self._tried:
            return True
        if not own.works:
            seconds = _AGAIN_SECONDS if own.undecided else self._exchange.limits.probe
            return time.monotonic() - own.tried_at >= seconds
        if self._transport.address is None:
            return False
        last = max(way.tried_at for way in (own, *self._ways.calling))
        return time.monotonic() - last >= self._exchange.limits.probe
