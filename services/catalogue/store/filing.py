"""Keeps when councils get files of records, and how far these are."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row, any_, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain.changes import Place
from services.catalogue.domain.filing import Filing, Wish
from services.catalogue.store.tables import record_filing
from shared.db.bulk import replace_many


async def filing_of(connection: AsyncConnection, council: str) -> Filing | None:
    """Locks and returns a council's files until the transaction ends; None where it never wanted any."""
    query = select(record_filing).where(record_filing.c.council == council).with_for_update()
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _filing(row)


async def due_filing(connection: AsyncConnection, today: date, hour: int) -> Filing | None:
    """Locks and returns the files of one council that are due now, passing over those that another process makes."""
    c = record_filing.c
    open_turn = or_(c.turn_on.is_(None), c.turn_on < today)
    query = select(record_filing).where(literal(today.isoweekday()) == any_(c.days), c.hour <= hour, open_turn)
    row = (await connection.execute(query.order_by(c.council).limit(1).with_for_update(skip_locked=True))).one_or_none()
    return None if row is None else _filing(row)


async def keep_filing(connection: AsyncConnection, filing: Filing) -> None:
    """Keeps the state of a council's files, in place of the earlier one."""
    row = {
        "council": filing.council,
        "days": sorted(filing.wish.days),
        "hour": filing.wish.hour,
        "only_passing": filing.wish.only_passing,
        "history": filing.history,
        "position": filing.place.position,
        "isbn": filing.place.isbn,
        "reached_at": filing.reached_at,
        "file_number": filing.file_number,
        "turn_on": filing.turn_on,
        "set_by": filing.set_by,
        "set_at": filing.set_at,
    }
    await replace_many(connection, record_filing, [row])


def _filing(row: Row[Any]) -> Filing:
    return Filing(
        council=row.council,
        wish=Wish(frozenset(row.days), row.hour, row.only_passing),
        history=row.history,
        place=Place(row.position, row.isbn),
        reached_at=row.reached_at,
        file_number=row.file_number,
        turn_on=row.turn_on,
        set_by=row.set_by,
        set_at=row.set_at,
    )
