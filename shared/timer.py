"""A part of a process that does what is due, turn by turn, with a pause between two turns. Must not know what is due."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.health import Health, HealthState

log = structlog.get_logger(__name__)


class Timer(ABC):
    """Takes a turn every `pause_seconds`."""

    name: str
    pause_seconds: float

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._trouble = ""

    @abstractmethod
    async def turn(self) -> None:
        """Does everything that is due now."""

    async def run(self) -> None:
        """Runs until cancelled. If the database is not available, tries again at the next turn."""
        while True:
            try:
                await self.turn()
                self._trouble = ""
            except (SQLAlchemyError, OSError) as error:
                self._trouble = f"the last turn failed: {type(error).__name__}"
                log.warning("a timer's turn failed", timer=self.name, error=repr(error))
            await asyncio.sleep(self.pause_seconds)

    async def until_done(self, step: Callable[[AsyncConnection], Awaitable[bool]]) -> None:
        """Repeats a step, each time in a transaction of its own, as long as it says that there may be more."""
        more = True
        while more:
            async with self._engine.begin() as connection:
                more = await step(connection)

    def health(self) -> list[Health]:
        """Returns degraded if the last turn failed."""
        return [Health(self.name, HealthState.DEGRADED if self._trouble else HealthState.OK, self._trouble)]
