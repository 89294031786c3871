"""Finds messages: by id, by content, by what a list is narrowed to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.domain import Direction, Message, State, no_such_message
from services.suppliers.store.messages.rows import SUMMARY, first, to_message
from services.suppliers.store.tables import message

_LARGEST_REFERENCE = 2**31 - 1


async def find(connection: AsyncConnection, message_id: UUID) -> Message:
    """The message. Raises DomainError (404) where there is none."""
    found = await first(connection, select(*SUMMARY).where(message.c.id == message_id))
    if found is None:
        raise no_such_message(message_id)
    return found


async def lock(connection: AsyncConnection, message_id: UUID) -> Message:
    """The message, kept from all others until the transaction ends. Raises DomainError (404)."""
    found = await first(connection, select(*SUMMARY).where(message.c.id == message_id).with_for_update())
    if found is None:
        raise no_such_message(message_id)
    return found


async def body_of(connection: AsyncConnection, message_id: UUID) -> bytes:
    """The bytes as they were kept."""
    return bytes((await connection.execute(select(message.c.body).where(message.c.id == message_id))).scalar_one())


async def sent_under(connection: AsyncConnection, references: Collection[int]) -> list[Message]:
    """The messages of ours that went out under these references."""
    given = [reference for reference in references if 0 < reference <= _LARGEST_REFERENCE]
    statement = select(*SUMMARY).where(message.c.reference.in_(given)).order_by(message.c.reference)
    return [to_message(row) for row in await connection.execute(statement)]


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


async def last_heard(connection: AsyncConnection) -> datetime | None:
    """When the newest inbound message was kept."""
    inbound = message.c.direction == Direction.IN
    statement = select(message.c.created_at).where(inbound).order_by(message.c.seq.desc()).limit(1)
    found: datetime | None = (await connection.execute(statement)).scalar_one_or_none()
    return found
