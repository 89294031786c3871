"""Moves messages from state to state and writes their history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.domain import Change, Message, State, check_move
from services.suppliers.store.messages.keeping import wake
from services.suppliers.store.tables import message, message_change
from shared.bus import current_cause

_SYSTEM = "system"


async def move(
    connection: AsyncConnection,
    before: Message,
    to: State,
    *,
    now: datetime,
    reason: str = "",
    actor: str = _SYSTEM,
    changes: Mapping[str, object] | None = None,
) -> None:
    """Move a locked message and write its history. Raises DomainError (409) for a move that is not allowed."""
    check_move(before, to)
    values = {"state": to, "reason": reason, "version": before.version + 1, **(changes or {})}
    await connection.execute(update(message).where(message.c.id == before.id).values(values))
    if to is not before.state:
        await _write(connection, before, to, now=now, actor=actor, reason=reason)
    await wake(connection)


async def remark(connection: AsyncConnection, of: Message, *, reason: str, now: datetime) -> None:
    """Write into a message's history what is said of it, where it moves nowhere."""
    await _write(connection, of, of.state, now=now, actor=_SYSTEM, reason=reason)


async def _write(connection: AsyncConnection, before: Message, to: State, *, now: datetime, actor: str, reason: str) -> None:
    await connection.execute(
        insert(message_change).values(
            message_id=before.id,
            from_state=before.state,
            to_state=to,
            changed_at=now,
            actor=actor,
            reason=reason,
            correlation_id=current_cause().correlation_id,
        )
    )


async def note(connection: AsyncConnection, of: Message, *, reason: str) -> None:
    """Say anew why a message stands where it stands."""
    await connection.execute(update(message).where(message.c.id == of.id).values(reason=reason, version=of.version + 1))


async def was_held(connection: AsyncConnection, message_id: UUID) -> bool:
    """Whether the message ever waited for a person."""
    held = message_change.c.from_state.in_([State.QUARANTINED, State.PARTLY_APPLIED])
    statement = select(message_change.c.id).where(message_change.c.message_id == message_id, held).limit(1)
    return (await connection.execute(statement)).first() is not None


async def was_unread(connection: AsyncConnection, message_id: UUID) -> bool:
    """Whether a failed message reached the supplier, which could not read it: nothing of it was understood or refused."""
    statement = (
        select(message_change.c.from_state)
        .where(message_change.c.message_id == message_id, message_change.c.to_state == State.FAILED)
        .order_by(message_change.c.id.desc())
        .limit(1)
    )
    return (await connection.execute(statement)).scalar_one_or_none() in (State.SENT, State.UNKNOWN)


async def history(connection: AsyncConnection, message_id: UUID) -> list[Change]:
    """Every move of a message, first to last."""
    statement = select(message_change).where(message_change.c.message_id == message_id).order_by(message_change.c.id)
    return [
        Change(State(row.from_state), State(row.to_state), row.changed_at, row.actor, row.reason)
        for row in await connection.execute(statement)
    ]
