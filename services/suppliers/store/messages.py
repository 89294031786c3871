"""Messages: keeping them, moving them from state to state, taking the next one to work on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import Kind, OutboundMessage
from services.suppliers.domain import Change, Direction, Message, State, check_move, no_such_message
from services.suppliers.store.tables import control_reference, message, message_change
from shared.bus import current_cause
from shared.ids import new_id

CHANNEL = "exchange"
_SYSTEM = "system"
_SUMMARY = (*(column for column in message.c if column.name != "body"), func.length(message.c.body).label("size"))


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What is known of a message when it is first kept."""

    direction: Direction
    kind: Kind
    state: State
    body: bytes
    name: str = ""
    content_type: str = ""
    reference: int | None = None
    push_id: str | None = None
    reason: str = ""
    order_ids: tuple[UUID, ...] = ()
    line_keys: tuple[str, ...] = ()
    councils: tuple[str, ...] = ()


async def keep(connection: AsyncConnection, new: NewMessage, *, now: datetime, message_id: UUID | None = None) -> UUID | None:
    """Keep a message byte for byte; None where a push of the same id was kept before. Wakes the loops on commit."""
    values = {
        "id": message_id or new_id(),
        "direction": new.direction,
        "kind": new.kind,
        "state": new.state,
        "reference": new.reference,
        "control_reference": "",
        "name": new.name,
        "content_type": new.content_type,
        "sender": "",
        "push_id": new.push_id,
        "body": new.body,
        "digest": _digest(new.body),
        "reason": new.reason,
        "findings": [],
        "order_ids": list(new.order_ids),
        "line_keys": list(new.line_keys),
        "councils": list(new.councils),
        "attempts": 0,
        "created_at": now,
        "correlation_id": current_cause().correlation_id,
        "version": 1,
    }
    statement = upsert(message).values(values).on_conflict_do_nothing(index_elements=[message.c.push_id])
    kept: UUID | None = (await connection.execute(statement.returning(message.c.id))).scalar_one_or_none()
    await wake(connection)
    return kept


async def id_of_push(connection: AsyncConnection, push_id: str) -> UUID:
    """The message kept for a push that came before."""
    kept: UUID = (await connection.execute(select(message.c.id).where(message.c.push_id == push_id))).scalar_one()
    return kept


async def wake(connection: AsyncConnection) -> None:
    """Tell the loops, on commit, that there is work."""
    await connection.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})


async def lock_last_reference(connection: AsyncConnection, supplier_id: str) -> int:
    """The last reference given; its row stays locked until the transaction ends, so that numbers have no gaps."""
    first = upsert(control_reference).values(supplier_id=supplier_id, last=0).on_conflict_do_nothing()
    await connection.execute(first)
    of_supplier = control_reference.c.supplier_id == supplier_id
    return int((await connection.execute(select(control_reference.c.last).where(of_supplier).with_for_update())).scalar_one())


async def take_reference(connection: AsyncConnection, supplier_id: str, reference: int) -> None:
    """Note that `reference` was given to a message; the row must be locked by `lock_last_reference`."""
    of_supplier = control_reference.c.supplier_id == supplier_id
    await connection.execute(update(control_reference).where(of_supplier).values(last=reference))


def _message(row: Row[tuple[Any, ...]]) -> Message:
    return Message(
        id=row.id,
        seq=row.seq,
        direction=Direction(row.direction),
        kind=Kind(row.kind),
        state=State(row.state),
        reference=row.reference,
        control_reference=row.control_reference,
        name=row.name,
        content_type=row.content_type,
        sender=row.sender,
        push_id=row.push_id,
        digest=row.digest,
        size=row.size,
        reason=row.reason,
        findings=tuple(row.findings),
        order_ids=tuple(row.order_ids),
        line_keys=tuple(row.line_keys),
        councils=tuple(row.councils),
        attempts=row.attempts,
        created_at=row.created_at,
        sent_at=row.sent_at,
        next_attempt_at=row.next_attempt_at,
        correlation_id=row.correlation_id,
        version=row.version,
    )


async def _first(connection: AsyncConnection, statement: Select[tuple[Any, ...]]) -> Message | None:
    row = (await connection.execute(statement)).first()
    return None if row is None else _message(row)


async def find(connection: AsyncConnection, message_id: UUID) -> Message:
    """The message. Raises DomainError (404) where there is none."""
    found = await _first(connection, select(*_SUMMARY).where(message.c.id == message_id))
    if found is None:
        raise no_such_message(message_id)
    return found


async def lock(connection: AsyncConnection, message_id: UUID) -> Message:
    """The message, kept from all others until the transaction ends. Raises DomainError (404)."""
    found = await _first(connection, select(*_SUMMARY).where(message.c.id == message_id).with_for_update())
    if found is None:
        raise no_such_message(message_id)
    return found


async def body_of(connection: AsyncConnection, message_id: UUID) -> bytes:
    """The bytes as they were kept."""
    return bytes((await connection.execute(select(message.c.body).where(message.c.id == message_id))).scalar_one())


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
    await wake(connection)


async def note(connection: AsyncConnection, of: Message, *, reason: str) -> None:
    """Say anew why a message stands where it stands."""
    await connection.execute(update(message).where(message.c.id == of.id).values(reason=reason, version=of.version + 1))


def written_columns(written: OutboundMessage) -> Mapping[str, object]:
    """The columns that change when a message is written after all."""
    return {
        "reference": written.reference,
        "name": written.name,
        "content_type": written.content_type,
        "body": written.body,
        "digest": _digest(written.body),
    }


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(message.c.next_attempt_at.is_(None), message.c.next_attempt_at <= now)


async def next_queued(connection: AsyncConnection, now: datetime) -> Message | None:
    """The queued message with the lowest reference, locked; None while that one is not due: order is kept."""
    head = select(*_SUMMARY).where(message.c.state == State.QUEUED).order_by(message.c.reference).limit(1).with_for_update()
    found = await _first(connection, head)
    if found is None or (found.next_attempt_at is not None and found.next_attempt_at > now):
        return None
    return found


async def next_unknown(connection: AsyncConnection, now: datetime) -> Message | None:
    """A message of unknown fate that is due to be asked about; those left to a person have no due time."""
    return await _first(
        connection,
        select(*_SUMMARY)
        .where(message.c.state == State.UNKNOWN, message.c.next_attempt_at <= now)
        .order_by(message.c.reference)
        .limit(1),
    )


async def in_state(connection: AsyncConnection, state: State) -> list[Message]:
    """Every message in a state, by reference, locked."""
    found = await connection.execute(
        select(*_SUMMARY).where(message.c.state == state).order_by(message.c.reference).with_for_update()
    )
    return [_message(row) for row in found]


async def next_received(connection: AsyncConnection, now: datetime) -> Message | None:
    """The oldest inbound message that is due to be read and applied."""
    return await _first(
        connection,
        select(*_SUMMARY).where(message.c.state == State.RECEIVED, _due(now)).order_by(message.c.seq).limit(1),
    )


async def same_content(connection: AsyncConnection, of: Message) -> UUID | None:
    """An inbound message kept earlier with the very same bytes, unless a person discarded that one."""
    statement = (
        select(message.c.id)
        .where(
            message.c.digest == of.digest,
            message.c.direction == Direction.IN,
            message.c.state != State.DISCARDED,
            message.c.seq < of.seq,
        )
        .order_by(message.c.seq)
        .limit(1)
    )
    found: UUID | None = (await connection.execute(statement)).scalar_one_or_none()
    return found


async def same_reference(connection: AsyncConnection, of: Message, *, sender: str, control_reference: str) -> bool:
    """Whether another inbound message of other content came under the same sender and reference."""
    statement = select(message.c.id).where(
        message.c.id != of.id,
        message.c.direction == Direction.IN,
        message.c.sender == sender,
        message.c.control_reference == control_reference,
        message.c.digest != of.digest,
    )
    return (await connection.execute(statement.limit(1))).first() is not None


async def sent_messages(connection: AsyncConnection, ids: Sequence[UUID]) -> list[Message]:
    """Those of the messages that the supplier has, or may have, and has not answered yet; locked."""
    statement = (
        select(*_SUMMARY)
        .where(message.c.id.in_(ids), message.c.state.in_([State.SENT, State.UNKNOWN]))
        .order_by(message.c.id)
        .with_for_update()
    )
    return [_message(row) for row in await connection.execute(statement)]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of messages is narrowed by; `council` sees only messages that touch its orders."""

    state: State | None = None
    kind: Kind | None = None
    direction: Direction | None = None
    order_id: UUID | None = None
    council: str | None = None


async def page(connection: AsyncConnection, narrowed: Filter, *, limit: int, before: int | None) -> list[Message]:
    """The newest messages that pass the filter, older than the `seq` given as `before`."""
    statement = select(*_SUMMARY).order_by(message.c.seq.desc()).limit(limit)
    for column, value in (
        (message.c.state, narrowed.state),
        (message.c.kind, narrowed.kind),
        (message.c.direction, narrowed.direction),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if narrowed.order_id is not None:
        statement = statement.where(message.c.order_ids.contains([narrowed.order_id]))
    if narrowed.council is not None:
        statement = statement.where(message.c.councils.contains([narrowed.council]))
    if before is not None:
        statement = statement.where(message.c.seq < before)
    return [_message(row) for row in await connection.execute(statement)]


async def was_held(connection: AsyncConnection, message_id: UUID) -> bool:
    """Whether the message ever waited for a person."""
    held = message_change.c.from_state.in_([State.QUARANTINED, State.PARTLY_APPLIED])
    statement = select(message_change.c.id).where(message_change.c.message_id == message_id, held).limit(1)
    return (await connection.execute(statement)).first() is not None


async def pending(connection: AsyncConnection) -> Mapping[State, int]:
    """How many messages wait for something, by state; zero where none do."""
    waiting = (State.QUEUED, State.SENDING, State.UNKNOWN, State.RECEIVED, State.QUARANTINED, State.PARTLY_APPLIED)
    statement = select(message.c.state, func.count()).where(message.c.state.in_(waiting)).group_by(message.c.state)
    counted = {State(state): number for state, number in await connection.execute(statement)}
    return {state: counted.get(state, 0) for state in waiting}


async def last_heard(connection: AsyncConnection) -> datetime | None:
    """When the newest inbound message was kept."""
    inbound = message.c.direction == Direction.IN
    statement = select(message.c.created_at).where(inbound).order_by(message.c.seq.desc()).limit(1)
    found: datetime | None = (await connection.execute(statement)).scalar_one_or_none()
    return found


async def history(connection: AsyncConnection, message_id: UUID) -> list[Change]:
    """Every move of a message, first to last."""
    statement = select(message_change).where(message_change.c.message_id == message_id).order_by(message_change.c.id)
    return [
        Change(State(row.from_state), State(row.to_state), row.changed_at, row.actor, row.reason)
        for row in await connection.execute(statement)
    ]
