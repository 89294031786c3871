"""Reads and writes what cataloguers fixed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain.fixes import Fix
from services.catalogue.store.tables import title_fix
from shared.db.arrays import among
from shared.ids import new_id

_NAMES = tuple(Fix.__dataclass_fields__)
_FIX = [title_fix.c[name] for name in _NAMES]
_IN_FORCE = title_fix.c.lifted_at.is_(None)


async def fixes_in_force(connection: AsyncConnection, isbns: Collection[str]) -> defaultdict[str, list[Fix]]:
    """Returns the fixes in force by ISBN, the latest first."""
    found: defaultdict[str, list[Fix]] = defaultdict(list)
    query = select(*_FIX).where(among(title_fix.c.isbn, isbns), _IN_FORCE).order_by(title_fix.c.made_at.desc(), title_fix.c.field)
    for row in await connection.execute(query):
        found[row.isbn].append(_fix(row))
    return found


async def fixes_of(connection: AsyncConnection, isbn: str) -> list[Fix]:
    """Returns every fix of a title, those lifted too, the latest first."""
    query = select(*_FIX).where(title_fix.c.isbn == isbn).order_by(title_fix.c.made_at.desc(), title_fix.c.field)
    return [_fix(row) for row in await connection.execute(query)]


async def keep_fix(connection: AsyncConnection, fix: Fix) -> None:
    """Writes a fix. The one before of the same field must be lifted."""
    await connection.execute(insert(title_fix), {"id": new_id(), **{name: getattr(fix, name) for name in _NAMES}})


async def lift_fix(connection: AsyncConnection, isbn: str, field: str, *, actor: str, reason: str, now: datetime) -> Fix | None:
    """Ends the fix of a field; returns it as it is now, None where the field is not fixed."""
    of_field = (title_fix.c.isbn == isbn) & (title_fix.c.field == field) & _IN_FORCE
    change = title_fix.update().where(of_field).values(lifted_at=now, lifted_by=actor, lifted_reason=reason)
    row = (await connection.execute(change.returning(*_FIX))).one_or_none()
    return None if row is None else _fix(row)


def _fix(row: Row[tuple[object, ...]]) -> Fix:
    return Fix(**{name: getattr(row, name) for name in _NAMES})
