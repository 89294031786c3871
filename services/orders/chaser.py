"""The timer that asks suppliers about copies by the councils' policies. Runs beside messaging, in one process at a time."""

from __future__ import annotations

from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from services.orders.store.chasing import policies
from services.orders.usecases.chasing import chase_again, chase_late
from shared.clock import Clock
from shared.db.locks import holding
from shared.timer import Timer

# The advisory lock of whoever takes a turn.
CHASING = 0x6368_6173


class Chaser(Timer):
    """Every minute: asks again what is due, then about what is late for the first time. `zone`: that of the councils' days."""

    name = "chaser"
    pause_seconds = 60.0

    def __init__(self, engine: AsyncEngine, clock: Clock, *, zone: str) -> None:
        super().__init__(engine)
        self._clock = clock
        self._zone = zone

    async def turn(self) -> None:
        """Does everything that is due now. Does nothing while another process does it."""
        async with holding(self._engine, CHASING) as holder:
            if holder is None:
                return
            await self.until_done(partial(chase_again, clock=self._clock))
            async with self._engine.connect() as connection:
                known = await policies(connection)
            for policy in known:
                for situation in policy.steps:
                    step = partial(chase_late, clock=self._clock, policy=policy, situation=situation, zone=self._zone)
                    await self.until_done(step)
