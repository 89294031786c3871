"""Sessions of browsers: one row each, read by the digest of the cookie. Must not know what is sealed in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.store.own_tables import session


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as it is kept. `ends_at` is the last moment of it, however busy it is."""

    session_id: bytes
    sealed: str
    seen_at: datetime
    ends_at: datetime


async def add(connection: AsyncConnection, row: SessionRow) -> None:
    """Keeps a new session."""
    values = {"session_id": row.session_id, "sealed": row.sealed, "seen_at": row.seen_at, "ends_at": row.ends_at}
    await connection.execute(insert(session).values(values))


async def find(connection: AsyncConnection, session_id: bytes, *, lock: bool = False) -> SessionRow | None:
    """Returns a session; `lock`: after others that change it."""
    query = select(session).where(session.c.session_id == session_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if row is None else SessionRow(**row._mapping)


async def seen(connection: AsyncConnection, session_id: bytes, at: datetime) -> None:
    """Notes that a session is in use."""
    await connection.execute(update(session).where(session.c.session_id == session_id).values(seen_at=at))


async def seal_again(connection: AsyncConnection, session_id: bytes, sealed: str) -> None:
    """Keeps new tokens of a session."""
    await connection.execute(update(session).where(session.c.session_id == session_id).values(sealed=sealed))


async def remove(connection: AsyncConnection, session_id: bytes) -> None:
    """Ends a session; does nothing if there is none."""
    await connection.execute(delete(session).where(session.c.session_id == session_id))


async def remove_ended(connection: AsyncConnection, *, idle_since: datetime, now: datetime) -> None:
    """Removes sessions that were not used since then, or are over."""
    await connection.execute(delete(session).where(or_(session.c.seen_at < idle_since, session.c.ends_at <= now)))
