"""Stops a process at an exact point of its work and kills it there. The tested code contains nothing for this purpose.

A trigger in the process's own database waits for a lock that the test holds. The process is then known to have done
everything up to that statement, or up to its commit, and nothing after.
"""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from local.machine.processes import Supervised
from tests.waiting import eventually

_LOCK = 7_310_042
_WAITING = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = :lock AND NOT granted AND database = :database"
_FUNCTION = """
CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN PERFORM pg_advisory_xact_lock_shared(7310042); RETURN NULL; END'
"""
# Only a failing test waits this long: on a busy machine other processes may be killed and started again first.
_CAUGHT_SECONDS = 600.0


class Fate(Enum):
    """What happens to the transaction in which the process is killed."""

    ROLLED_BACK = "rolled back"
    COMMITTED = "committed, and the process never knew"


@dataclass(frozen=True, slots=True)
class Point:
    """A commit that writes a certain row. `event` is INSERT or UPDATE, `when` an SQL condition on the row."""

    name: str
    process: str
    table: str
    event: str
    fate: Fate
    when: str = "TRUE"


async def kill(process: Supervised) -> None:
    """Kills a process, once it runs."""
    await eventually(lambda: process.pid is not None)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)


async def kill_at(point: Point, engine: AsyncEngine, process: Supervised, *, ready: asyncio.Barrier) -> None:
    """Sets a trap in the process's database, kills the process in it, and removes the trap. TimeoutError if none is caught.

    Waits at the barrier when the trap is set.
    """
    async with engine.connect() as pooled:
        connection = await pooled.execution_options(isolation_level="AUTOCOMMIT")
        # On a busy machine a transaction of the tested process may last for longer than the usual limit. The barrier has one.
        await connection.execute(text("SET lock_timeout = 0"))
        await _set(connection, point)
        try:
            await ready.wait()
            caught = await _caught(connection)
            assert process.pid is not None
            victim = process.pid
            os.kill(victim, signal.SIGKILL)
            await eventually(lambda: process.pid != victim)
            if point.fate is Fate.ROLLED_BACK:
                await connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": caught})
        finally:
            await connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
            await connection.execute(text("DROP FUNCTION trap CASCADE"))
            await connection.execute(text("RESET lock_timeout"))


async def _set(connection: AsyncConnection, point: Point) -> None:
    await connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
    await connection.execute(text(_FUNCTION))
    trigger = (
        f"CREATE CONSTRAINT TRIGGER trap AFTER {point.event} ON {point.table} DEFERRABLE INITIALLY DEFERRED"
        f" FOR EACH ROW WHEN ({point.when}) EXECUTE FUNCTION trap()"
    )
    await connection.execute(text(trigger))


async def _caught(connection: AsyncConnection) -> int:
    """Returns the id of the database process whose client is in the trap."""
    database = (await connection.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()"))).scalar_one()
    async with asyncio.timeout(_CAUGHT_SECONDS):
        while True:
            found = (await connection.execute(text(_WAITING), {"lock": _LOCK, "database": database})).scalars().first()
            if found is not None:
                return int(found)
            await asyncio.sleep(0.02)
