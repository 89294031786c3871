"""The timer that compares the work list with the facts: what an older release wrote meanwhile is on it within the hour."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.usecases.working import check_work
from shared.clock import Clock
from shared.timer import Timer


class WorkChecker(Timer):
    """Compares all of it at the start, and then every hour. Several processes may run it: one waits for the other."""

    name = "work list"
    pause_seconds = 3_600.0

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        super().__init__(engine)
        self._clock = clock

    async def turn(self) -> None:
        """Makes every row what the facts say, and drops those that are not shown any more."""
        async with self._engine.begin() as connection:
            await check_work(connection, self._clock.now())
