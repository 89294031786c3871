"""Staff's mappings of a supplier's references, with who made them and when. Replaced and withdrawn, never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.domain.mapping import MappedField, Mapping
from services.suppliers.store.tables import mapping, ordered_line
from shared.db.locks import lock_names
from shared.db.paging import narrowed, newest_first
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class NewMapping:
    """A mapping before it is kept."""

    field: MappedField
    theirs: str
    ours: str
    message_id: UUID | None
    council: str | None
    actor: str
    reason: str


def _mapping(row: Row[tuple[Any, ...]]) -> Mapping:
    return Mapping(**{**row._mapping, "field": MappedField(row.field)})


async def add(connection: AsyncConnection, new: NewMapping, *, now: datetime) -> Mapping:
    """Keeps a mapping. It replaces the mapping of the same reference in the same scope."""
    same = (
        mapping.c.field == new.field,
        mapping.c.theirs == new.theirs,
        mapping.c.message_id.is_not_distinct_from(new.message_id),
    )
    # Two people at once: the second waits for the first, then replaces the first one's mapping.
    await lock_names(connection, f"mapping/{new.field}/{new.theirs}")
    before = (await connection.execute(select(func.max(mapping.c.version)).where(*same))).scalar_one() or 0
    await connection.execute(
        update(mapping)
        .where(*same, mapping.c.withdrawn_at.is_(None))
        .values(withdrawn_at=now, withdrawn_by=new.actor, withdrawn_reason=f"replaced by version {before + 1}")
    )
    values = {
        "id": new_id(),
        "field": new.field,
        "theirs": new.theirs,
        "ours": new.ours,
        "message_id": new.message_id,
        "council": new.council,
        "version": before + 1,
        "created_at": now,
        "actor": new.actor,
        "reason": new.reason,
    }
    return _mapping((await connection.execute(insert(mapping).values(values).returning(mapping))).one())


async def in_force(connection: AsyncConnection, message_id: UUID | None) -> list[Mapping]:
    """Returns the mappings that apply to a message: its own and those of all messages. Without a message, the latter only."""
    statement = select(mapping).where(
        mapping.c.withdrawn_at.is_(None), or_(mapping.c.message_id == message_id, mapping.c.message_id.is_(None))
    )
    return [_mapping(row) for row in await connection.execute(statement)]


async def find(connection: AsyncConnection, mapping_id: UUID) -> Mapping | None:
    """Returns a mapping; None where there is none."""
    row = (await connection.execute(select(mapping).where(mapping.c.id == mapping_id))).first()
    return None if row is None else _mapping(row)


async def lock(connection: AsyncConnection, mapping_id: UUID) -> Mapping | None:
    """Returns a mapping, locked until the transaction ends; None where there is none."""
    row = (await connection.execute(select(mapping).where(mapping.c.id == mapping_id).with_for_update())).first()
    return None if row is None else _mapping(row)


async def withdraw(connection: AsyncConnection, mapping_id: UUID, *, actor: str, reason: str, now: datetime) -> Mapping:
    """Ends a mapping; what was applied with it stays applied."""
    statement = (
        update(mapping)
        .where(mapping.c.id == mapping_id)
        .values(withdrawn_at=now, withdrawn_by=actor, withdrawn_reason=reason)
        .returning(mapping)
    )
    return _mapping((await connection.execute(statement)).one())


@dataclass(frozen=True, slots=True)
class Filter:
    """Filters of a list of mappings. `council` limits it to mappings that concern only that council."""

    field: MappedField | None = None
    message_id: UUID | None = None
    in_force: bool = False
    council: str | None = None


async def page(connection: AsyncConnection, wanted: Filter, *, after: tuple[int] | None, limit: int) -> list[Mapping]:
    """Returns the newest mappings that pass the filter, after the `seq` of the last row on the previous page."""
    c = mapping.c
    statement = narrowed(select(mapping), {c.field: wanted.field, c.message_id: wanted.message_id, c.council: wanted.council})
    if wanted.in_force:
        statement = statement.where(c.withdrawn_at.is_(None))
    return [_mapping(row) for row in await connection.execute(newest_first(statement, (c.seq,), after=after, limit=limit))]


async def councils_with(connection: AsyncConnection, field: MappedField, ours: str) -> Sequence[str]:
    """Returns the councils that have an order with this number, line key or ISBN, or for a branch or hub with this code."""
    conditions = {
        MappedField.ORDER_NUMBER: ordered_line.c.order_number == ours,
        MappedField.LINE_KEY: ordered_line.c.line_key == ours,
        MappedField.ISBN: ordered_line.c.isbn == ours,
        MappedField.PLACE: or_(
            *(ordered_line.c.line.contains({"copies": [{place: {"code": ours}}]}) for place in ("branch", "deliver_to")),
            ordered_line.c.rerouted_to.contains([{"code": ours}]),
        ),
    }
    statement = select(ordered_line.c.council).where(conditions[field]).distinct().order_by(ordered_line.c.council)
    return list((await connection.execute(statement)).scalars())
