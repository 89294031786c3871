"""Advisory locks of a service's database: names until a transaction ends, and numbers for as long as a connection holds them.

Must not know what is locked or why. A name or number must never change, nor the way from a name to its number: during a
deployment two releases run beside each other, and keep each other out only while both lock the same number.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from sqlalchemy import Text, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.db.listening import Driver

_NAME = func.unnest(bindparam("names", type_=ARRAY(Text))).column_valued("name")
_NUMBERS = select(func.hashtextextended(_NAME, 0).label("number")).distinct().order_by("number").subquery()
_ALONE = select(func.pg_advisory_xact_lock(_NUMBERS.c.number))
_SHARED = select(func.pg_advisory_xact_lock_shared(_NUMBERS.c.number))
# Materialised, so that locks are taken in the order of the numbers.
_MIXED = text("""
WITH numbered AS MATERIALIZED (
    SELECT hashtextextended(name, 0) AS number, bool_or(alone) AS alone
    FROM (
        SELECT unnest(CAST(:alone AS text[])), true UNION ALL SELECT unnest(CAST(:shared AS text[])), false
    ) AS named (name, alone)
    GROUP BY 1 ORDER BY 1
)
SELECT CASE WHEN alone THEN pg_advisory_xact_lock(number)::text ELSE pg_advisory_xact_lock_shared(number)::text END FROM numbered
""")
_TRY = text("SELECT pg_try_advisory_lock(:number)")
_RELEASE = text("SELECT pg_advisory_unlock(:number)")


async def lock_names(connection: AsyncConnection, *names: str, shared: bool = False) -> None:
    """Locks names until the transaction ends; waits for whoever has locked one of them.

    Takes them in the order of their numbers, so that two that lock the same names wait for each other and never deadlock.
    With `shared`, waits only for those who lock without it, and only they wait.
    """
    if names:
        await connection.execute(_SHARED if shared else _ALONE, {"names": list(names)})


async def lock_mixed(connection: AsyncConnection, *, alone: Collection[str], shared: Collection[str]) -> None:
    """Locks names as `lock_names` does, some of them shared: all in one order, so that two who share some never deadlock."""
    if alone or shared:
        await connection.execute(_MIXED, {"alone": list(alone), "shared": list(shared)})


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
