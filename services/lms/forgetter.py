"""The timer that removes old changes, and looks at those that wait for their order. One process at a time removes."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.lms import metrics
from services.lms.store import deliveries, feed, knowing, news
from shared.clock import Clock
from shared.db.locks import holding
from shared.health import Health, HealthState
from shared.timer import Timer
from shared.wording import counted

# The advisory lock of whoever removes old changes.
FORGETTING = 0x666F_7267
BATCH = 5_000
_TURNS_AN_HOUR = 60


class Forgetter(Timer):
    """Looks every minute at what waits, and removes every hour what is old enough, in small transactions."""

    name = "forgetter"
    pause_seconds = 60.0

    def __init__(self, engine: AsyncEngine, clock: Clock, *, days: int, late_seconds: float) -> None:
        """`days`: how long changes are kept. `late_seconds`: a change that waits longer for its order degrades the service."""
        super().__init__(engine)
        self._clock = clock
        self._keep = timedelta(days=days)
        self._late_seconds = late_seconds
        self._waits = ""
        self._turns = 0

    async def turn(self) -> None:
        """Does everything that is due now."""
        await self._look()
        if self._turns % _TURNS_AN_HOUR == 0:
            await self.forget()
        self._turns += 1

    async def _look(self) -> None:
        async with self._engine.connect() as connection:
            wait = await knowing.wait_of_all(connection)
        seconds = 0.0 if wait.since is None else (self._clock.now() - wait.since).total_seconds()
        metrics.WAITING.set(wait.number)
        metrics.WAITING_SECONDS.set(seconds)
        self._waits = _late(wait.number, seconds) if seconds > self._late_seconds else ""

    async def forget(self) -> None:
        """Removes every change that is old enough now. Does nothing while another process does it."""
        async with holding(self._engine, FORGETTING) as holder:
            if holder is None:
                return
            before = self._clock.now() - self._keep
            async with self._engine.connect() as connection:
                councils = await feed.councils(connection)
            for council in councils:
                await self.until_done(partial(_forget, council=council, before=before))
            for step in (_give_up, _give_up_news, _forget_deliveries):
                await self.until_done(partial(step, before=before))

    def health(self) -> list[Health]:
        """Returns degraded if the last turn failed, or a change waits too long for its order."""
        state = HealthState.DEGRADED if self._waits else HealthState.OK
        return [*super().health(), Health("waiting for orders", state, self._waits)]


def _late(number: int, seconds: float) -> str:
    return (
        f"{counted(number, 'change')} wait for orders that are not known, the oldest for {seconds:.0f} s: "
        "run `python -m services.orders.republish`"
    )


async def _forget(connection: AsyncConnection, *, council: str, before: datetime) -> bool:
    return await feed.forget(connection, council, before, limit=BATCH) == BATCH


async def _give_up(connection: AsyncConnection, *, before: datetime) -> bool:
    return await knowing.give_up_waiting(connection, before, limit=BATCH) == BATCH


async def _forget_deliveries(connection: AsyncConnection, *, before: datetime) -> bool:
    return await deliveries.remove_deliveries(connection, before, limit=BATCH) == BATCH


async def _give_up_news(connection: AsyncConnection, *, before: datetime) -> bool:
    return await news.give_up_news(connection, before, limit=BATCH) == BATCH
