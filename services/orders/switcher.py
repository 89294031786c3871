"""The timer that carries out switches: begins those whose day has come, moves open copies, asks about silence.

Runs beside messaging, in one process at a time. Each step is a transaction of its own.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from services.orders.store.switches import SWITCHES
from services.orders.usecases.switching import ask_about_silence, begin_due, end_drain, finish, take_open_copies
from shared.clock import Clock
from shared.db.locks import holding
from shared.timer import Timer

# The advisory lock of whoever carries out switches.
SWITCHING = 0x7377_6974


class Switcher(Timer):
    """Carries out switches every ten seconds. Of several processes, one does it at a time."""

    name = "switcher"
    pause_seconds = 10.0

    def __init__(self, engine: AsyncEngine, clock: Clock, *, answer_days: int) -> None:
        super().__init__(engine)
        self._clock = clock
        self._answer_days = answer_days

    async def turn(self) -> None:
        """Does everything that is due now. Does nothing while another process does it."""
        async with holding(self._engine, SWITCHING) as holder:
            if holder is not None:
                await self._carry_out()

    async def _carry_out(self) -> None:
        await self.until_done(partial(begin_due, clock=self._clock))
        async with self._engine.connect() as connection:
            running = await SWITCHES.running(connection)
        for switch_id in running:
            await self.until_done(partial(take_open_copies, clock=self._clock, switch_id=switch_id))
            await self.until_done(partial(end_drain, clock=self._clock, switch_id=switch_id))
        await self.until_done(partial(ask_about_silence, clock=self._clock, answer_days=self._answer_days))
        for switch_id in running:
            async with self._engine.begin() as connection:
                await finish(connection, self._clock, switch_id)
