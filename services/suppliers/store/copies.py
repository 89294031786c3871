"""The state of each ordered copy, as the order book published it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.domain.messages import CopyProgress
from services.suppliers.store.tables import copy_progress
from shared.contracts.orders import CopyState, LineProgressed


async def note_progress(connection: AsyncConnection, event: LineProgressed) -> None:
    """Keeps the newest state of each copy that moved.

    An event that continues from the state that is kept is newer, whatever its time: the order book's clock may have gone back.
    """
    rows = [
        {
            "copy_id": copy.copy_id,
            "line_key": event.line_key,
            "state": copy.to_state,
            "changed_at": event.progressed_at,
            "moved_from": copy.from_state,
        }
        for copy in {copy.copy_id: copy for copy in event.copies}.values()
    ]
    if not rows:
        return
    statement = insert(copy_progress)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[copy_progress.c.copy_id],
            set_={"state": statement.excluded.state, "changed_at": statement.excluded.changed_at},
            where=or_(
                statement.excluded.changed_at >= copy_progress.c.changed_at, copy_progress.c.state == bindparam("moved_from")
            ),
        ),
        rows,
    )


async def progress_of(connection: AsyncConnection, line_keys: Sequence[str]) -> Mapping[UUID, CopyProgress]:
    """Returns the progress of each copy of the lines, by copy id. Copies that never moved are left out."""
    statement = select(copy_progress).where(copy_progress.c.line_key.in_(line_keys))
    return {row.copy_id: CopyProgress(CopyState(row.state), row.changed_at) for row in await connection.execute(statement)}
