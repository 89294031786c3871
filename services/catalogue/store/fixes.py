"""Reads and writes what cataloguers fixed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Update, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain.fixes import Fix
from services.catalogue.store.tables import title_fix
from shared.db.arrays import among
from shared.db.paging import newest_first

_NAMES = tuple(name for name in Fix.__dataclass_fields__ if name != "fix_id")
_FIX = [title_fix.c.id, *(title_fix.c[name] for name in _NAMES)]
_IN_FORCE = title_fix.c.lifted_at.is_(None)


async def fixes_in_force(connection: AsyncConnection, isbns: Collection[str]) -> defaultdict[str, list[Fix]]:
    """Returns the fixes in force by ISBN, the latest first."""
    found: defaultdict[str, list[Fix]] = defaultdict(list)
    query = select(*_FIX).where(among(title_fix.c.isbn, isbns), _IN_FORCE).order_by(title_fix.c.made_at.desc(), title_fix.c.field)
    for row in await connection.execute(query):
        found[row.isbn].append(_fix(row))
    return found


async def fixes_of(connection: AsyncConnection, isbn: str, *, after: tuple[datetime, UUID] | None, limit: int) -> list[Fix]:
    """Returns fixes of a title, those lifted too, the latest first."""
    query = select(*_FIX).where(title_fix.c.isbn == isbn)
    page = newest_first(query, (title_fix.c.made_at, title_fix.c.id), after=after, limit=limit)
    return [_fix(row) for row in await connection.execute(page)]


async def find_fix(connection: AsyncConnection, isbn: str, fix_id: UUID) -> Fix | None:
    """Returns a fix of a title, also one that was lifted."""
    row = (await connection.execute(select(*_FIX).where(_this(isbn, fix_id)))).one_or_none()
    return None if row is None else _fix(row)


async def lift_fix(connection: AsyncConnection, isbn: str, fix_id: UUID, *, actor: str, reason: str, now: datetime) -> Fix | None:
    """Ends a fix; returns it as it is now, None where it is not in force."""
    change = _lifting(_this(isbn, fix_id), actor=actor, reason=reason, now=now)
    row = (await connection.execute(change.returning(*_FIX))).one_or_none()
    return None if row is None else _fix(row)


async def replace_fix(connection: AsyncConnection, fix: Fix) -> None:
    """Writes a fix, in place of the one of the same field that is in force."""
    former = (title_fix.c.isbn == fix.isbn) & (title_fix.c.field == fix.field)
    await connection.execute(_lifting(former, actor=fix.actor, reason="fixed again", now=fix.made_at))
    await connection.execute(insert(title_fix), {"id": fix.fix_id, **{name: getattr(fix, name) for name in _NAMES}})


def _this(isbn: str, fix_id: UUID) -> ColumnElement[bool]:
    return (title_fix.c.isbn == isbn) & (title_fix.c.id == fix_id)


def _lifting(which: ColumnElement[bool], *, actor: str, reason: str, now: datetime) -> Update:
    return title_fix.update().where(which, _IN_FORCE).values(lifted_at=now, lifted_by=actor, lifted_reason=reason)


def _fix(row: Row[tuple[object, ...]]) -> Fix:
    return Fix(fix_id=row.id, **{name: getattr(row, name) for name in _NAMES})
