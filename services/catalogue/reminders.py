"""The timer for what is overdue: records to request, titles to publish or make searchable. Runs beside API and messaging."""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue.usecases.asking import ASKS_AT_ONCE, ask_again, publish_overdue
from services.catalogue.usecases.indexing import INDEXED_AT_ONCE, index_overdue, learn_words
from shared.clock import Clock
from shared.health import Health, HealthState

log = structlog.get_logger(__name__)
_PAUSE_SECONDS = 300.0


class Reminders:
    """Requests overdue records again, every five minutes. Several processes may run it: they take different rows."""

    name = "reminders"

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._trouble = ""

    async def run(self) -> None:
        """Runs until cancelled. If the database is not available, tries again at the next turn."""
        while True:
            try:
                await self.remind()
                self._trouble = ""
            except (SQLAlchemyError, OSError) as error:
                self._trouble = f"the last turn failed: {type(error).__name__}"
                log.warning("reminders failed", error=repr(error))
            await asyncio.sleep(_PAUSE_SECONDS)

    async def remind(self) -> None:
        """Requests again every record that is due, publishes ordered titles that were not, and makes every title searchable."""
        asked = ASKS_AT_ONCE
        while asked == ASKS_AT_ONCE:
            async with self._engine.begin() as connection:
                asked = await ask_again(connection, self._clock)
        async with self._engine.begin() as connection:
            await publish_overdue(connection, self._clock)
        indexed = INDEXED_AT_ONCE
        while indexed == INDEXED_AT_ONCE:
            async with self._engine.begin() as connection:
                indexed = await index_overdue(connection)
        more = True
        while more:
            async with self._engine.begin() as connection:
                more = await learn_words(connection)

    def health(self) -> list[Health]:
        """Returns degraded if the last turn failed."""
        return [Health(self.name, HealthState.DEGRADED if self._trouble else HealthState.OK, self._trouble)]
