"""Notifies whoever shows the read model that it changed, when the transaction commits."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

CHANGED = "dashboard_changed"
_NOTIFY = text(f"NOTIFY {CHANGED}")


async def notify_changed(connection: AsyncConnection) -> None:
    """Has every process whose pages are looked at know, at commit."""
    await connection.execute(_NOTIFY)
