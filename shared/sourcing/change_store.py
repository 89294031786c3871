"""The tables of changes and of which councils require a second person, and their queries. Services add `metadata` to theirs.

Every query is limited to one council.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Index,
    LargeBinary,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.locks import lock_names
from shared.db.paging import locked_page, narrowed, newest_first
from shared.sourcing.changes import Approval, Asked, Change, ChangeKind, ChangeState

metadata = MetaData()

# One row for each council that ever required a second person. `approved_by`: of whoever stopped requiring one.
approval = Table(
    "approval",
    metadata,
    Column("council", Text, primary_key=True),
    Column("second_person", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("approved_by", Text),
)

# Changes that were made, or wait for a second person. `digest`: of what was asked, so that it waits only once.
rule_change = Table(
    "rule_change",
    metadata,
    Column("change_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("asked", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", DateTime(timezone=True)),
    Column("decided_reason", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("idempotency_key", Text),
    UniqueConstraint("council", "idempotency_key", name="rule_change_idempotency_key"),
    Index("rule_change_by_time", "council", "proposed_at", "change_id"),
    Index("rule_change_waiting", "council", "digest", unique=True, postgresql_where=text("state = 'waiting'")),
)

_DECISION = ("state", "decided_by", "decided_at", "decided_reason")


async def lock_changes(connection: AsyncConnection, council: str) -> None:
    """Makes whoever changes or approves something of the council wait until the transaction ends."""
    await lock_names(connection, f"changes/{council}")


async def approval_of(connection: AsyncConnection, council: str) -> Approval:
    """Returns whether the council requires a second person."""
    row = (await connection.execute(select(approval).where(approval.c.council == council))).one_or_none()
    return Approval(council) if row is None else Approval(**row._mapping)


async def keep_approval(connection: AsyncConnection, kept: Approval) -> None:
    """Keeps whether the council requires a second person."""
    values = {name: getattr(kept, name) for name in Approval.__dataclass_fields__}
    statement = insert(approval).values(**values)
    await connection.execute(statement.on_conflict_do_update(index_elements=[approval.c.council], set_=values))


async def add_change(connection: AsyncConnection, new: Change, asked: Asked) -> None:
    """Keeps a change with what recognises it."""
    values = {name: getattr(new, name) for name in Change.__dataclass_fields__}
    known = {"digest": asked.digest(), "idempotency_key": asked.idempotency_key or None}
    await connection.execute(insert(rule_change).values(**values, **known))


async def change_under(connection: AsyncConnection, council: str, idempotency_key: str) -> tuple[Change, bytes] | None:
    """Returns the change that was asked for under a key, and the digest of what was asked."""
    c = rule_change.c
    row = (await connection.execute(_of(council).where(c.idempotency_key == idempotency_key))).one_or_none()
    return None if row is None else (_change(row), row.digest)


async def waiting_for(connection: AsyncConnection, asked: Asked) -> Change | None:
    """Returns the change with the same effect that waits already."""
    c = rule_change.c
    same = c.digest == asked.digest(), c.state == ChangeState.WAITING.value
    row = (await connection.execute(_of(asked.council).where(*same))).one_or_none()
    return None if row is None else _change(row)


async def get_change(connection: AsyncConnection, council: str, change_id: UUID) -> Change | None:
    """Returns one change of the council, or None."""
    row = (await connection.execute(_of(council).where(rule_change.c.change_id == change_id))).one_or_none()
    return None if row is None else _change(row)


async def list_changes(
    connection: AsyncConnection, council: str, state: ChangeState | None, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Change]:
    """Lists the newest changes first; `after` is (proposed_at, change_id) of the last one of the page before."""
    c = rule_change.c
    query = newest_first(narrowed(_of(council), {c.state: state}), (c.proposed_at, c.change_id), after=after, limit=limit)
    return [_change(row) for row in await connection.execute(query)]


async def keep_decision(connection: AsyncConnection, change: Change) -> None:
    """Keeps who approved or declined a change, when and why."""
    values = {name: getattr(change, name) for name in _DECISION}
    await connection.execute(rule_change.update().where(rule_change.c.change_id == change.change_id).values(**values))


async def decline_waiting(
    connection: AsyncConnection, council: str, change_id: UUID, *, by: str, at: datetime, reason: str
) -> Change | None:
    """Declines a change, if it still waits, and returns it then."""
    c = rule_change.c
    values = dict(zip(_DECISION, (ChangeState.DECLINED, by, at, reason), strict=True))
    waiting = c.council == council, c.change_id == change_id, c.state == ChangeState.WAITING.value
    row = (await connection.execute(rule_change.update().where(*waiting).values(**values).returning(rule_change))).one_or_none()
    return None if row is None else _change(row)


async def proposed_after(connection: AsyncConnection, council: str | None, *, after: UUID | None, limit: int) -> Sequence[Change]:
    """Returns the next changes by id that wait for a second person, or did; nobody decides them until the transaction ends."""
    c = rule_change.c
    ever = select(rule_change).where(c.state != ChangeState.MADE.value)
    rows = await locked_page(connection, narrowed(ever, {c.council: council}), c.change_id, after, limit)
    return [_change(row) for row in rows]


def _of(council: str) -> Select[Any]:
    return select(rule_change).where(rule_change.c.council == council)


def _change(row: Row[Any]) -> Change:
    values = {name: row._mapping[name] for name in Change.__dataclass_fields__}
    return Change(**{**values, "kind": ChangeKind(row.kind), "state": ChangeState(row.state)})
