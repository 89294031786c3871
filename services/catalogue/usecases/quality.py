"""Adds up how good suppliers' records are."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.store.quality import add_up_quality

ADDED_AT_ONCE = 1_000


async def add_up_overdue(connection: AsyncConnection) -> bool:
    """Adds what batches of records noted to the counts of their months; returns whether there may be more."""
    return await add_up_quality(connection, ADDED_AT_ONCE) == ADDED_AT_ONCE
