"""When copies that are missing or damaged were last claimed from their supplier: the table, and how it is written."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, Table, Uuid, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.store.tables import metadata

# One row for each copy that was ever claimed.
claimed = Table(
    "claimed",
    metadata,
    Column("copy_id", Uuid, primary_key=True),
    Column("claimed_at", DateTime(timezone=True), nullable=False),
)


async def keep_claimed(connection: AsyncConnection, copy_ids: Collection[UUID], at: datetime) -> None:
    """Keeps that copies were claimed; the latest time stays."""
    rows = [{"copy_id": copy_id, "claimed_at": at} for copy_id in sorted(set(copy_ids))]
    statement = insert(claimed).values(rows)
    latest = {"claimed_at": func.greatest(claimed.c.claimed_at, statement.excluded.claimed_at)}
    await connection.execute(statement.on_conflict_do_update(index_elements=[claimed.c.copy_id], set_=latest))
