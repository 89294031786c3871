"""The timer that carries out switches: begins those whose day has come, moves open copies, asks about silence.

Runs beside messaging, in one process at a time. Each step is a transaction of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.orders.store import switches
from services.orders.usecases.switching import ask_about_silence, begin_due, end_drain, finish, take_open_copies
from shared.clock import Clock
from shared.health import Health, HealthState

log = structlog.get_logger(__name__)
_PAUSE_SECONDS = 10.0
# The advisory lock of whoever carries out switches.
SWITCHING = 0x7377_6974


class Switcher:
    """Carries out switches every ten seconds. Of several processes, one does it at a time."""

    name = "switcher"

    def __init__(self, engine: AsyncEngine, clock: Clock, *, answer_days: int) -> None:
        self._engine = engine
        self._clock = clock
        self._answer_days = answer_days
        self._trouble = ""

    async def run(self) -> None:
        """Runs until cancelled. If the database is not available, tries again at the next turn."""
        while True:
            try:
                await self.turn()
                self._trouble = ""
            except (SQLAlchemyError, OSError) as error:
                self._trouble = f"the last turn failed: {type(error).__name__}"
                log.warning("switches failed", error=repr(error))
            await asyncio.sleep(_PAUSE_SECONDS)

    async def turn(self) -> None:
        """Does everything that is due now. Does nothing while another process does it."""
        async with self._engine.connect() as holder:
            if not (await holder.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": SWITCHING})).scalar_one():
                return
            await holder.rollback()
            try:
                await self._carry_out()
            finally:
                await holder.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": SWITCHING})
                await holder.rollback()

    async def _carry_out(self) -> None:
        await self._until_done(partial(begin_due, clock=self._clock))
        async with self._engine.connect() as connection:
            running = await switches.running(connection)
        for switch_id in running:
            await self._until_done(partial(take_open_copies, clock=self._clock, switch_id=switch_id))
            await self._until_done(partial(end_drain, clock=self._clock, switch_id=switch_id))
        await self._until_done(partial(ask_about_silence, clock=self._clock, answer_days=self._answer_days))
        for switch_id in running:
            async with self._engine.begin() as connection:
                await finish(connection, self._clock, switch_id)

    async def _until_done(self, step: Callable[[AsyncConnection], Awaitable[bool]]) -> None:
        """Repeats a step, each time in a transaction of its own, as long as it says that there may be more."""
        more = True
        while more:
            async with self._engine.begin() as connection:
                more = await step(connection)

    def health(self) -> list[Health]:
        """Returns degraded if the last turn failed."""
        return [Health(self.name, HealthState.DEGRADED if self._trouble else HealthState.OK, self._trouble)]
