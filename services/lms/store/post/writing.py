"""Keeps files of mailboxes byte for byte, numbers those that we write, moves them and writes their history."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.domain.mailbox_messages import SYSTEM, Direction, MailboxMessage, State, check_move
from services.lms.store.post.reading import SUMMARY, to_message
from services.lms.store.post_tables import post, post_change, post_reference
from shared.bus import current_cause

# With each commit that gives a loop work: the reader, and whoever carries files out. The payload is the mailbox.
IN_CHANNEL, OUT_CHANNEL = "lms_post_in", "lms_post_out"
_CHANNELS = {State.RECEIVED: IN_CHANNEL, State.READY: OUT_CHANNEL}
_WAKING = text("SELECT pg_notify(:channel, :mailbox_id)")


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file before it is kept. `reference`, `answers` and `order_numbers` are those of a file out."""

    message_id: UUID
    mailbox_id: str
    council: str
    direction: Direction
    kind: str
    folder: str
    name: str
    raw: bytes
    state: State
    reason: str = ""
    reference: int | None = None
    order_numbers: tuple[str, ...] = ()
    answers: UUID | None = None
    next_attempt_at: datetime | None = None


async def keep(connection: AsyncConnection, new: NewFile, *, now: datetime) -> bool:
    """Keeps a file byte for byte and wakes whoever works on it, on commit. Returns False where its id was kept before."""
    values = {
        **{name: getattr(new, name) for name in NewFile.__slots__},
        "order_numbers": list(new.order_numbers),
        "digest": hashlib.sha256(new.raw).hexdigest(),
        "size": len(new.raw),
        "findings": [],
        "control_reference": "" if new.reference is None else str(new.reference),
        "created_at": now,
        "moved_at": now,
        "correlation_id": current_cause().correlation_id,
    }
    keeping = upsert(post).values(values).on_conflict_do_nothing(index_elements=[post.c.message_id])
    kept = (await connection.execute(keeping.returning(post.c.message_id))).first() is not None
    if kept:
        await _wake(connection, new.state, new.mailbox_id)
    return kept


async def move(
    connection: AsyncConnection,
    before: MailboxMessage,
    to: State,
    *,
    now: datetime,
    reason: str = "",
    actor: str = SYSTEM,
    changes: Mapping[str, object] | None = None,
) -> MailboxMessage:
    """Moves a locked file, writes its history, returns it as it is now. Raises DomainError (409) for a forbidden move."""
    check_move(before, to)
    after = await change(connection, before, {"state": to, "reason": reason, "moved_at": now, **(changes or {})})
    noted = {
        "message_id": before.message_id,
        "from_state": before.state,
        "to_state": to,
        "changed_at": now,
        "actor": actor,
        "reason": reason,
        "correlation_id": current_cause().correlation_id,
    }
    await connection.execute(insert(post_change), noted)
    await _wake(connection, to, before.mailbox_id)
    return after


async def change(connection: AsyncConnection, of: MailboxMessage, values: Mapping[str, object]) -> MailboxMessage:
    """Changes columns of a locked file, which gets its next version; returns it."""
    changed = update(post).where(post.c.message_id == of.message_id).values({**values, "version": of.version + 1})
    return to_message((await connection.execute(changed.returning(*SUMMARY))).one())


async def lock_last_reference(connection: AsyncConnection, mailbox_id: str) -> int:
    """Returns the last number given in a mailbox. Its row is locked until the transaction ends, so that there are no gaps."""
    await connection.execute(upsert(post_reference).values(mailbox_id=mailbox_id, last=0).on_conflict_do_nothing())
    query = select(post_reference.c.last).where(post_reference.c.mailbox_id == mailbox_id).with_for_update()
    return int((await connection.execute(query)).scalar_one())


async def take_reference(connection: AsyncConnection, mailbox_id: str, reference: int) -> None:
    """Notes that a number was given to a file. The row must be locked by `lock_last_reference`."""
    given = update(post_reference).where(post_reference.c.mailbox_id == mailbox_id).values(last=reference)
    await connection.execute(given)


async def _wake(connection: AsyncConnection, state: State, mailbox_id: str) -> None:
    if state in _CHANNELS:
        await connection.execute(_WAKING, {"channel": _CHANNELS[state], "mailbox_id": mailbox_id})
