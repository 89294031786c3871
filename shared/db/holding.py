"""Work that one process does at a time: an advisory lock of the database, held by a connection of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_TRY = text("SELECT pg_try_advisory_lock(:key)")
_RELEASE = text("SELECT pg_advisory_unlock(:key)")


@asynccontextmanager
async def holding(engine: AsyncEngine, key: int) -> AsyncIterator[AsyncConnection | None]:
    """Holds an advisory lock; gives its connection, outside a transaction. Gives None while another process holds the lock."""
    async with engine.connect() as connection:
        if not (await connection.execute(_TRY, {"key": key})).scalar_one():
            yield None
            return
        await connection.rollback()
        try:
            yield connection
        finally:
            await connection.execute(_RELEASE, {"key": key})
            await connection.rollback()
