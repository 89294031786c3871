"""Empties the read model. Nothing is lost by it: every row is built from events, and their owners publish them again."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.store.tables import metadata


async def empty(connection: AsyncConnection) -> None:
    """Removes every fact, in the caller's transaction.

    What people stated stays, and the inbox: events published again have new ids.
    """
    names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    await connection.execute(text(f"TRUNCATE {names}"))
