"""Withdrawals of the supplier's secrets, and the open lines of each council."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.domain.withdrawals import Withdrawal
from services.suppliers.store.reconciliations import open_line_counts
from services.suppliers.store.tables import withdrawal
from shared.db.paging import newest_first
from shared.ids import new_id

_COLUMNS = tuple(withdrawal.c[name] for name in Withdrawal.__dataclass_fields__)
# Loops ask it at each turn, so it is built once. There is one at most.
_IN_FORCE = select(*_COLUMNS).where(withdrawal.c.restored_at.is_(None))


async def in_force(connection: AsyncConnection) -> Withdrawal | None:
    """Returns the withdrawal that nobody has ended; None where the secrets count."""
    return _withdrawal((await connection.execute(_IN_FORCE)).one_or_none())


async def add(connection: AsyncConnection, supplier_id: str, *, actor: str, reason: str, now: datetime) -> Withdrawal | None:
    """Keeps a withdrawal; None where the secrets are withdrawn already."""
    values = {"id": new_id(), "supplier_id": supplier_id}
    who = {"withdrawn_at": now, "withdrawn_by": actor, "withdrawn_reason": reason}
    statement = insert(withdrawal).values(**values, **who).on_conflict_do_nothing().returning(*_COLUMNS)
    return _withdrawal((await connection.execute(statement)).one_or_none())


async def end(connection: AsyncConnection, withdrawal_id: UUID, *, actor: str, reason: str, now: datetime) -> Withdrawal | None:
    """Ends a withdrawal; None where there is none with this id in force."""
    c = withdrawal.c
    statement = update(withdrawal).where(c.id == withdrawal_id, c.restored_at.is_(None)).returning(*_COLUMNS)
    ended = await connection.execute(statement.values(restored_at=now, restored_by=actor, restored_reason=reason))
    return _withdrawal(ended.one_or_none())


async def find(connection: AsyncConnection, withdrawal_id: UUID) -> Withdrawal | None:
    """Returns a withdrawal, in force or ended; None where there is none."""
    statement = select(*_COLUMNS).where(withdrawal.c.id == withdrawal_id)
    return _withdrawal((await connection.execute(statement)).one_or_none())


async def page(connection: AsyncConnection, *, after: tuple[datetime, UUID] | None, limit: int) -> list[Withdrawal]:
    """Returns the newest withdrawals, after the moment and id of the previous page's last row."""
    statement = newest_first(select(*_COLUMNS), (withdrawal.c.withdrawn_at, withdrawal.c.id), after=after, limit=limit)
    return [Withdrawal(**row._mapping) for row in await connection.execute(statement)]


async def open_lines(connection: AsyncConnection) -> Mapping[str, int]:
    """Returns how many lines with copies to come each council has; councils without any are left out."""
    lines = open_line_counts().subquery()
    statement = select(lines.c.council, func.count()).group_by(lines.c.council).order_by(lines.c.council)
    return {row.council: row[1] for row in await connection.execute(statement)}


def _withdrawal(row: Row[tuple[Any, ...]] | None) -> Withdrawal | None:
    return None if row is None else Withdrawal(**row._mapping)
