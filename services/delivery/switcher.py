"""The timer that carries out switches of the route: begins those whose day has come, ends those for which no copy waits.

Runs beside messaging, in one process at a time. The order book gives open copies their new places.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from services.delivery.store.switches import SWITCHES
from services.delivery.usecases.switching import begin_due, finish
from shared.clock import Clock
from shared.db.locks import holding
from shared.timer import Timer

# The advisory lock of whoever carries out switches.
SWITCHING = 0x7377_6974


class Switcher(Timer):
    """Carries out switches every ten seconds. Of several processes, one does it at a time."""

    name = "switcher"
    pause_seconds = 10.0

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        super().__init__(engine)
        self._clock = clock

    async def turn(self) -> None:
        """Does everything that is due now. Does nothing while another process does it."""
        async with holding(self._engine, SWITCHING) as holder:
            if holder is None:
                return
            await self.until_done(partial(begin_due, clock=self._clock))
            async with self._engine.connect() as connection:
                running = await SWITCHES.running(connection)
            for switch_id in running:
                async with self._engine.begin() as connection:
                    await finish(connection, self._clock, switch_id)
