"""The timer for funds: takes over copies of an earlier release, carries out rollovers, folds counts. In one process at a time."""

from __future__ import annotations

from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from services.orders.store.funds import fold_counts
from services.orders.store.rollovers import rollovers_to_do
from services.orders.usecases.funds import roll_over, take_over
from shared.clock import Clock
from shared.db.locks import holding
from shared.timer import Timer

# The advisory lock of whoever takes a turn.
FUNDS = 0x6675_6E64


class FundTimer(Timer):
    """Every ten seconds: copies that do not count yet, then rollovers that are due, then the counts."""

    name = "funds"
    pause_seconds = 10.0

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        super().__init__(engine)
        self._clock = clock

    async def turn(self) -> None:
        """Does everything that is due now. Does nothing while another process does it."""
        async with holding(self._engine, FUNDS) as holder:
            if holder is None:
                return
            await self.until_done(take_over)
            async with self._engine.connect() as connection:
                due = await rollovers_to_do(connection, self._clock.today())
            for rollover_id in due:
                await self.until_done(partial(roll_over, clock=self._clock, rollover_id=rollover_id))
            async with self._engine.begin() as connection:
                await fold_counts(connection)
