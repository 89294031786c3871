"""How far the supplier's mailbox was read: the cursor of the message that was kept last. The adapter keeps none of its own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.store.tables import mailbox_cursor


async def cursor(connection: AsyncConnection, supplier_id: str) -> str | None:
    """Returns the cursor of the message that was kept last; None before the first message with a cursor."""
    kept = select(mailbox_cursor.c.cursor).where(mailbox_cursor.c.supplier_id == supplier_id)
    found: str | None = (await connection.execute(kept)).scalar_one_or_none()
    return found


async def move_cursor(connection: AsyncConnection, supplier_id: str, to: str, now: datetime) -> None:
    """Records that the message with this cursor is kept. Belongs into the transaction that keeps its bytes."""
    values = {"cursor": to, "moved_at": now}
    statement = insert(mailbox_cursor).values(supplier_id=supplier_id, **values)
    await connection.execute(statement.on_conflict_do_update(index_elements=[mailbox_cursor.c.supplier_id], set_=values))
