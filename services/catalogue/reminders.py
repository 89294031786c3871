"""What runs beside the catalogue's API besides messaging: the timer that asks again for records that did not come."""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue.usecases import ASKS_AT_ONCE, ask_again
from shared.clock import Clock
from shared.health import Health, HealthState

log = structlog.get_logger(__name__)
_PAUSE_SECONDS = 300.0


class Reminders:
    """Looks every five minutes for records to ask for again. Several processes may: they take different rows."""

    name = "reminders"

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._trouble = ""

    async def run(self) -> None:
        """Remind until cancelled. A database that is away is tried again at the next turn."""
        while True:
            try:
                await self.remind()
                self._trouble = ""
            except (SQLAlchemyError, OSError) as error:
                self._trouble = f"the last turn failed: {type(error).__name__}"
                log.warning("reminders failed", error=repr(error))
            await asyncio.sleep(_PAUSE_SECONDS)

    async def remind(self) -> None:
        """Ask again for everything that is due."""
        asked = ASKS_AT_ONCE
        while asked == ASKS_AT_ONCE:
            async with self._engine.begin() as connection:
                asked = await ask_again(connection, self._clock)

    def health(self) -> list[Health]:
        """Degraded while the last turn failed."""
        return [Health(self.name, HealthState.DEGRADED if self._trouble else HealthState.OK, self._trouble)]
