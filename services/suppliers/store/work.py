"""How often staff did something about each message."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.domain.messages import Work, WorkDone
from services.suppliers.store.tables import message_work

_COUNTS = tuple(message_work.c[name] for name in WorkDone.__dataclass_fields__)


async def add(connection: AsyncConnection, message_id: UUID, work: Work, *, now: datetime) -> WorkDone:
    """Counts one more piece of work on a message, which must be locked; returns all so far."""
    statement = insert(message_work).values(message_id=message_id, version=1, last_at=now, **{work.value: 1})
    c, new = message_work.c, statement.excluded
    counted = {
        work.value: c[work.value] + 1,
        "version": c.version + 1,
        # A clock may go back: readers and the store of publications keep the latest.
        "last_at": func.greatest(c.last_at, new.last_at),
    }
    kept = statement.on_conflict_do_update(index_elements=[c.message_id], set_=counted).returning(*_COUNTS)
    return _done((await connection.execute(kept)).one())


async def say_again(connection: AsyncConnection, message_id: UUID) -> WorkDone | None:
    """Returns all work on a message, to be published in the next version; None where there was none."""
    c = message_work.c
    statement = update(message_work).where(c.message_id == message_id).values(version=c.version + 1).returning(*_COUNTS)
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else _done(row)


def _done(row: Row[tuple[int, int, int, int, datetime]]) -> WorkDone:
    return WorkDone(**row._mapping)
