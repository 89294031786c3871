"""The timer for what is overdue: records to request or judge, titles to publish or index. Runs beside API and messaging."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.catalogue.usecases.asking import ask_again, publish_overdue
from services.catalogue.usecases.counting import add_up_overdue
from services.catalogue.usecases.indexing import index_overdue, learn_words
from services.catalogue.usecases.judging import councils_to_rejudge, rejudge
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

        Judges the books of councils whose minimum changed, adds up how good records are, and what was catalogued twice.
        """
        await self._until_done(partial(ask_again, clock=self._clock))
        async with self._engine.begin() as connection:
            await publish_overdue(connection, self._clock)
        await self._until_done(index_overdue)
        await self._until_done(learn_words)
        async with self._engine.connect() as connection:
            councils = await councils_to_rejudge(connection)
        for council in councils:
            await self._until_done(partial(rejudge, council=council, clock=self._clock))
        await self._until_done(partial(add_up_overdue, clock=self._clock))

    async def _until_done(self, step: Callable[[AsyncConnection], Awaitable[bool]]) -> None:
        """Repeats a step, each time in a transaction of its own, as long as it says that there may be more."""
        more = True
        while more:
            async with self._engine.begin() as connection:
                more = await step(connection)

    def health(self) -> list[Health]:
        """Returns degraded if the last turn failed."""
        return [Health(self.name, HealthState.DEGRADED if self._trouble else HealthState.OK, self._trouble)]
