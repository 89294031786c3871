"""Advisory locks of a service's database, which a connection holds.

Must not know what is locked or why. A lock's number must never change: during a deployment two releases run beside each
other, and keep each other out only while both lock the same number.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.db.listening import Driver

_TRY = text("SELECT pg_try_advisory_lock(:number)")
_RELEASE = text("SELECT pg_advisory_unlock(:number)")


async def try_lock(driver: Driver, space: int, number: int, *, seconds: float | None = None) -> bool:
    """Locks one of 2³² numbers of a space until the connection closes; returns False while another connection holds it.

    `space` and `number` have 32 bits and a sign. Raises as asyncpg does; TimeoutError when no answer arrives within `seconds`.
    """
    return bool(await driver.fetchval("SELECT pg_try_advisory_lock($1, $2)", space, number, timeout=seconds))


@asynccontextmanager
async def holding(engine: AsyncEngine, number: int) -> AsyncIterator[AsyncConnection | None]:
    """Holds a lock for work that one process does at a time; gives its connection, outside a transaction.

    Gives None while another process holds the lock.
    """
    async with engine.connect() as connection:
        if not (await connection.execute(_TRY, {"number": number})).scalar_one():
            yield None
            return
        await connection.rollback()
        try:
            yield connection
        finally:
            await connection.execute(_RELEASE, {"number": number})
            await connection.rollback()
