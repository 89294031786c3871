"""The timer that lets open copies follow delivery rules that say so. Runs beside messaging, in one process at a time."""

from __future__ import annotations

from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from services.orders.store.rerouting import rules_to_follow
from services.orders.usecases.rerouting import follow_route
from shared.clock import Clock
from shared.db.locks import holding
from shared.timer import Timer

# The advisory lock of whoever lets copies follow rules.
REROUTING = 0x726F_7574


class Rerouter(Timer):
    """Lets open copies follow rules every ten seconds: one pass over all orders a turn, as many turns as a rule has passes."""

    name = "rerouter"
    pause_seconds = 10.0

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        super().__init__(engine)
        self._clock = clock

    async def turn(self) -> None:
        """Does everything that is due now. Does nothing while another process does it."""
        async with holding(self._engine, REROUTING) as holder:
            if holder is None:
                return
            async with self._engine.connect() as connection:
                rules = await rules_to_follow(connection, self._clock.today())
            for rule_id in rules:
                await self.until_done(partial(follow_route, clock=self._clock, rule_id=rule_id))
