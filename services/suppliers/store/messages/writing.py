"""Keeps messages byte for byte, numbers those that we send, moves them from state to state and writes their history."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import Kind, OutboundMessage
from services.suppliers.domain.messages import WITH_THE_SUPPLIER, Change, Direction, Message, State, check_move
from services.suppliers.store.messages.reading import SUMMARY, to_message
from services.suppliers.store.tables import control_reference, message, message_change, message_part
from shared.bus import current_cause
from shared.db.bulk import insert_many
from shared.findings import Finding
from shared.ids import new_id

# A loop is woken only by what it works on: each turn without work costs several statements, or a look into the mailbox.
CHANNELS = {Direction.OUT: "exchange_out", Direction.IN: "exchange_in"}
_WAITS_FOR_A_LOOP = frozenset({State.QUEUED, State.UNKNOWN, State.RECEIVED})
_SYSTEM = "system"
_NEXT = timedelta(microseconds=1)
# Used for each message, so built once. The values are parameters.
_KEEPING = insert(message).on_conflict_do_nothing(index_elements=[message.c.push_id]).returning(*SUMMARY)
_CHANGING = update(message).where(message.c.id == bindparam("of_message")).returning(*SUMMARY)
_NOTING = insert(message_change)
_WAKING = text("SELECT pg_notify(:channel, '')")


@dataclass(frozen=True, slots=True)
class Parts:
    """The bytes of a message that are kept in parts: how many, and their SHA-256 in hexadecimal."""

    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message before it is kept. `correlation_id`: empty for that of the current work.

    `parts`: its bytes are kept already, and `body` is empty.
    """

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
    copies: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    councils: tuple[str, ...] = ()
    profile_version: int | None = None
    findings: tuple[Finding, ...] = ()
    correlation_id: str = ""
    parts: Parts | None = None
    enquiry_id: UUID | None = None
    enquiry_attempt: int | None = None


async def keep(connection: AsyncConnection, new: NewMessage, *, now: datetime, message_id: UUID | None = None) -> Message | None:
    """Keeps a message byte for byte and returns it; None where a push with the same id was kept before.

    Wakes the loops on commit.
    """
    kept = (await connection.execute(_KEEPING, _values(message_id or new_id(), new, now))).one_or_none()
    await wake(connection, new.direction)
    return None if kept is None else to_message(kept)


async def keep_part(connection: AsyncConnection, message_id: UUID, number: int, body: bytes) -> None:
    """Keeps a part of a message whose row follows when all parts are kept: `NewMessage.parts`."""
    await connection.execute(insert(message_part), {"message_id": message_id, "number": number, "body": body})


async def forget_unkept_parts(connection: AsyncConnection) -> None:
    """Deletes the parts of messages that never arrived whole. Nobody may be keeping one at the same time."""
    await connection.execute(delete(message_part).where(message_part.c.message_id.not_in(select(message.c.id))))


async def keep_all(connection: AsyncConnection, new: Mapping[UUID, NewMessage], *, now: datetime) -> None:
    """Keeps messages of ours, by id, byte for byte and in this order. Wakes the sending loop on commit."""
    await insert_many(connection, message, [_values(message_id, each, now) for message_id, each in new.items()])
    await wake(connection, Direction.OUT)


def _values(message_id: UUID, new: NewMessage, now: datetime) -> dict[str, object]:
    return {
        "id": message_id,
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
        "size_of_parts": new.parts.size if new.parts is not None else 0,
        "digest": new.parts.digest if new.parts is not None else _digest(new.body),
        "reason": new.reason,
        "findings": _as_json(new.findings),
        "order_ids": list(new.order_ids),
        "line_keys": list(new.line_keys),
        "copies": dict(new.copies) or None,
        "councils": list(new.councils),
        "attempts": 0,
        "created_at": now,
        "correlation_id": new.correlation_id or current_cause().correlation_id,
        "version": 1,
        "profile_version": new.profile_version,
        "enquiry_id": new.enquiry_id,
        "enquiry_attempt": new.enquiry_attempt,
    }


async def was_kept(connection: AsyncConnection, body: bytes) -> bool:
    """Whether an inbound message with these bytes was ever kept, whatever became of it."""
    kept = select(message.c.id).where(message.c.digest == _digest(body), message.c.direction == Direction.IN)
    return (await connection.execute(kept.limit(1))).first() is not None


async def id_of_push(connection: AsyncConnection, push_id: str) -> UUID:
    """Returns the message that was kept for a push id."""
    kept: UUID = (await connection.execute(select(message.c.id).where(message.c.push_id == push_id))).scalar_one()
    return kept


async def wake(connection: AsyncConnection, direction: Direction) -> None:
    """Wakes the loops that work on messages of this direction, on commit: there is work."""
    await connection.execute(_WAKING, {"channel": CHANNELS[direction]})


async def lock_last_reference(connection: AsyncConnection, supplier_id: str) -> int:
    """Returns the last reference given. Its row is locked until the transaction ends, so that numbers have no gaps."""
    first = insert(control_reference).values(supplier_id=supplier_id, last=0).on_conflict_do_nothing()
    await connection.execute(first)
    of_supplier = control_reference.c.supplier_id == supplier_id
    return int((await connection.execute(select(control_reference.c.last).where(of_supplier).with_for_update())).scalar_one())


async def take_reference(connection: AsyncConnection, supplier_id: str, reference: int) -> None:
    """Records that `reference` was given to a message. The row must be locked by `lock_last_reference`."""
    of_supplier = control_reference.c.supplier_id == supplier_id
    await connection.execute(update(control_reference).where(of_supplier).values(last=reference))


def written_columns(written: OutboundMessage, profile_version: int) -> Mapping[str, object]:
    """Returns the columns that change when a failed message is written again."""
    return {
        "reference": written.reference,
        "name": written.name,
        "content_type": written.content_type,
        "body": written.body,
        "digest": _digest(written.body),
        "profile_version": profile_version,
        "findings": _as_json(written.findings),
    }


def _as_json(findings: Sequence[Finding]) -> list[dict[str, object]]:
    return [asdict(finding) for finding in findings]


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


async def move(
    connection: AsyncConnection,
    before: Message,
    to: State,
    *,
    now: datetime,
    reason: str = "",
    actor: str = _SYSTEM,
    changes: Mapping[str, object] | None = None,
) -> Message:
    """Moves a locked message, writes its history, returns it as it is now. Raises DomainError (409) for a forbidden move."""
    check_move(before, to)
    values = {"state": to, "reason": reason, "version": before.version + 1, **(changes or {})}
    after = await _change(connection, before, values)
    if to is not before.state:
        await _write(connection, before, to, now=now, actor=actor, reason=reason)
    if to in _WAITS_FOR_A_LOOP:
        await wake(connection, before.direction)
    return after


async def moment_after_its_changes(connection: AsyncConnection, of: Message, now: datetime) -> datetime:
    """Returns `now`; where the clock went back since the message's last change, the moment after that.

    Readers of its events find out by their times whether it waits for a person.
    """
    last = select(func.max(message_change.c.changed_at)).where(message_change.c.message_id == of.id)
    changed: datetime | None = (await connection.execute(last)).scalar_one()
    return now if changed is None or changed < now else changed + _NEXT


async def add_to_history(connection: AsyncConnection, of: Message, *, reason: str, now: datetime) -> None:
    """Adds a reason to a message's history without changing its state."""
    await _write(connection, of, of.state, now=now, actor=_SYSTEM, reason=reason)


async def _write(connection: AsyncConnection, before: Message, to: State, *, now: datetime, actor: str, reason: str) -> None:
    change = {
        "message_id": before.id,
        "from_state": before.state,
        "to_state": to,
        "changed_at": now,
        "actor": actor,
        "reason": reason,
        "correlation_id": current_cause().correlation_id,
    }
    await connection.execute(_NOTING, change)


async def update_reason(connection: AsyncConnection, of: Message, *, reason: str) -> Message:
    """Replaces the reason for a message's state; returns the message as it is now."""
    return await _change(connection, of, {"reason": reason, "version": of.version + 1})


async def _change(connection: AsyncConnection, of: Message, values: Mapping[str, object]) -> Message:
    return to_message((await connection.execute(_CHANGING, {"of_message": of.id, **values})).one())


async def was_held(connection: AsyncConnection, message_id: UUID) -> bool:
    """Whether the message ever waited for a person (`quarantined` or `partly_applied`)."""
    held = message_change.c.from_state.in_([State.QUARANTINED, State.PARTLY_APPLIED])
    statement = select(message_change.c.id).where(message_change.c.message_id == message_id, held).limit(1)
    return (await connection.execute(statement)).first() is not None


async def was_unreadable(connection: AsyncConnection, message_id: UUID) -> bool:
    """Whether a failed message reached the supplier and could not be read there, so that no line of it was refused."""
    statement = (
        select(message_change.c.from_state)
        .where(message_change.c.message_id == message_id, message_change.c.to_state == State.FAILED)
        .order_by(message_change.c.id.desc())
        .limit(1)
    )
    return (await connection.execute(statement)).scalar_one_or_none() in WITH_THE_SUPPLIER


async def history(connection: AsyncConnection, message_id: UUID) -> list[Change]:
    """Returns every move of a message, first to last."""
    statement = select(message_change).where(message_change.c.message_id == message_id).order_by(message_change.c.id)
    return [
        Change(State(row.from_state), State(row.to_state), row.changed_at, row.actor, row.reason)
        for row in await connection.execute(statement)
    ]
