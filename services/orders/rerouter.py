"""The timer that lets open copies go where they are to go now: to branches that took over from theirs, and by delivery rules that
say so. Runs beside messaging, in one process at a time.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from services.orders.store.moving import branches_to_move
from services.orders.store.rerouting import rules_to_follow
from services.orders.usecases.moving import move_branch
from services.orders.usecases.rerouting import follow_route
from shared.clock import Clock
from shared.db.locks import holding
from shared.timer import Timer

# The advisory lock of whoever lets copies follow rules.
REROUTING = 0x726F_7574


class Rerouter(Timer):
    """Lets open copies follow closings and rules every ten seconds: one pass over all orders a turn."""

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
                closed = await branches_to_move(connection, self._clock.today(), self._clock.now())
                rules = await rules_to_follow(connection, self._clock.today())
            for council, code in closed:
                await self.until_done(partial(move_branch, clock=self._clock, council=council, code=code))
            for rule_id in rules:
                await self.until_done(partial(follow_route, clock=self._clock, rule_id=rule_id))
