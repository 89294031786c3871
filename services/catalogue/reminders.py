"""The timer for what is overdue: records to request or judge, titles to publish or index. Runs beside API and messaging."""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue.usecases.asking import ASKS_AT_ONCE, ask_again, publish_overdue
from services.catalogue.usecases.indexing import INDEXED_AT_ONCE, index_overdue, learn_words
from services.catalogue.usecases.judging import councils_to_rejudge, rejudge
from services.catalogue.usecases.quality import add_up_overdue
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
        """Requests again every record that is due, publishes ordered titles that were not, and makes every title searchable.

        Judges the books of councils whose minimum changed, and adds up how good records are.
        """
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
        await self._judge_again()
        await self._add_up()

    async def _judge_again(self) -> None:
        async with self._engine.connect() as connection:
            councils = await councils_to_rejudge(connection)
        for council in councils:
            more = True
            while more:
                async with self._engine.begin() as connection:
                    more = await rejudge(connection, council, self._clock)

    async def _add_up(self) -> None:
        more = True
        while more:
            async with self._engine.begin() as connection:
                more = await add_up_overdue(connection)

    def health(self) -> list[Health]:
        """Returns degraded if the last turn failed."""
        return [Health(self.name, HealthState.DEGRADED if self._trouble else HealthState.OK, self._trouble)]
