"""Opens database sessions that listen to a channel and may hold advisory locks. Must not know what is locked or why."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

Driver: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@asynccontextmanager
async def listening(engine: AsyncEngine, channel: str | None, notified: Callable[[str], None]) -> AsyncIterator[AsyncConnection]:
    """Yields a connection without transactions.

    Calls `notified` with the payload of each NOTIFY of the channel, if there is one.
    """
    async with engine.connect() as pooled:
        connection = await pooled.execution_options(isolation_level="AUTOCOMMIT")
        try:
            driver = await driver_of(connection)
            if channel is not None:
                await driver.add_listener(channel, lambda *notice: notified(str(notice[-1])))
            yield connection
        finally:
            # Not returned to the pool: only closing the connection releases its locks and its LISTEN.
            await connection.invalidate()


async def driver_of(connection: AsyncConnection) -> Driver:
    """Returns the asyncpg connection underneath."""
    driver: Driver | None = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    return driver
