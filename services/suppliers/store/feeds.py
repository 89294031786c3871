"""When the last message of each feed arrived, and since when the feed is quiet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import Kind
from services.suppliers.domain.feeds import FeedStatus
from services.suppliers.domain.messages import Direction
from services.suppliers.store.tables import feed, message


async def statuses(connection: AsyncConnection) -> Mapping[Kind, FeedStatus]:
    """Returns the status of every feed that was ever watched, by kind."""
    return {
        Kind(row.kind): FeedStatus(Kind(row.kind), row.last_heard_at, row.quieted_at)
        for row in await connection.execute(select(feed))
    }


async def begin(connection: AsyncConnection, kind: Kind) -> None:
    """Starts to watch a feed, from the last message of its kind that is kept."""
    inbound = (message.c.direction == Direction.IN, message.c.kind == kind)
    last = (await connection.execute(select(func.max(message.c.created_at)).where(*inbound))).scalar_one()
    await connection.execute(insert(feed).values(kind=kind, last_heard_at=last).on_conflict_do_nothing())


async def note_message(connection: AsyncConnection, kind: Kind, at: datetime) -> None:
    """Records that a message of this kind arrived; one older than the last changes nothing."""
    statement = insert(feed).values(kind=kind, last_heard_at=at)
    newest = func.greatest(feed.c.last_heard_at, statement.excluded.last_heard_at)
    await connection.execute(statement.on_conflict_do_update(index_elements=[feed.c.kind], set_={"last_heard_at": newest}))


async def mark(connection: AsyncConnection, kind: Kind, quieted_at: datetime | None) -> None:
    """Records since when a feed is quiet; None where it is not."""
    await connection.execute(update(feed).where(feed.c.kind == kind).values(quieted_at=quieted_at))


async def first_order_sent(connection: AsyncConnection) -> datetime | None:
    """Returns when the supplier got its first order. Before that, nothing is expected of it."""
    sent = (message.c.direction == Direction.OUT, message.c.kind == Kind.ORDER, message.c.sent_at.is_not(None))
    found: datetime | None = (
        await connection.execute(select(message.c.sent_at).where(*sent).order_by(message.c.seq).limit(1))
    ).scalar_one_or_none()
    return found
