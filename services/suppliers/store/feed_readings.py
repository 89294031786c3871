"""How far files of records were read, and what of them is kept aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.domain.feed_progress import Aside, Progress
from services.suppliers.store.tables import feed_reading, kept_aside
from shared.db.bulk import insert_many
from shared.db.paging import in_order
from shared.records import KeptAside


async def find(connection: AsyncConnection, message_id: UUID) -> Progress | None:
    """Returns how far a message was read; None for one that is no file of records, or was not begun."""
    row = (await connection.execute(select(feed_reading).where(feed_reading.c.message_id == message_id))).one_or_none()
    return None if row is None else _progress(row)


async def begin(connection: AsyncConnection, message_id: UUID, now: datetime) -> Progress:
    """Returns how far a message was read, to go on from there; from its beginning where it was read to its end before."""
    found = await find(connection, message_id)
    if found is not None and found.ended_at is None:
        return found
    await connection.execute(delete(kept_aside).where(kept_aside.c.message_id == message_id))
    await connection.execute(delete(feed_reading).where(feed_reading.c.message_id == message_id))
    first = Progress(begun_at=now, moved_at=now)
    await connection.execute(insert(feed_reading).values(message_id=message_id, **_columns(first)))
    return first


async def move(connection: AsyncConnection, message_id: UUID, progress: Progress, aside: Sequence[KeptAside]) -> None:
    """Notes how far a message is read now, and keeps aside what could not be read since the last time."""
    of_message = feed_reading.c.message_id == message_id
    await connection.execute(update(feed_reading).where(of_message).values(**_columns(progress)))
    rows = [
        {
            "message_id": message_id,
            "number": each.number,
            "offset": each.offset,
            "raw": each.raw,
            "code": each.finding.code,
            "text": each.finding.text,
        }
        for each in aside
    ]
    if rows:
        await insert_many(connection, kept_aside, rows)


async def page_aside(connection: AsyncConnection, message_id: UUID, *, after: tuple[int] | None, limit: int) -> list[Aside]:
    """Returns what is kept aside of a message, by number."""
    size = func.length(kept_aside.c.raw).label("size")
    query = select(kept_aside.c.number, kept_aside.c.offset, size, kept_aside.c.code, kept_aside.c.text)
    query = in_order(query.where(kept_aside.c.message_id == message_id), (kept_aside.c.number,), after=after, limit=limit)
    return [Aside(*row) for row in await connection.execute(query)]


async def raw_aside(connection: AsyncConnection, message_id: UUID, number: int) -> bytes | None:
    """Returns the bytes of a part that is kept aside; None where there is none with this number."""
    query = select(kept_aside.c.raw).where(kept_aside.c.message_id == message_id, kept_aside.c.number == number)
    found = (await connection.execute(query)).scalar_one_or_none()
    return None if found is None else bytes(found)


def _columns(progress: Progress) -> Mapping[str, object]:
    return {
        "position": progress.position,
        "kept_aside": progress.kept_aside,
        "left_out": progress.left_out,
        "bytes_read": progress.bytes_read,
        "counts": dict(progress.counts),
        "begun_at": progress.begun_at,
        "moved_at": progress.moved_at,
        "ended_at": progress.ended_at,
    }


def _progress(row: Row[tuple[object, ...]]) -> Progress:
    return Progress(
        begun_at=row.begun_at,
        moved_at=row.moved_at,
        position=row.position,
        kept_aside=row.kept_aside,
        left_out=row.left_out,
        bytes_read=row.bytes_read,
        counts=row.counts,
        ended_at=row.ended_at,
    )
