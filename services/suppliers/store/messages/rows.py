"""How a row of the message table becomes a `Message`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, func
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import Kind
from services.suppliers.domain import Direction, Message, State
from services.suppliers.store.tables import message

SUMMARY = (*(column for column in message.c if column.name != "body"), func.length(message.c.body).label("size"))


def to_message(row: Row[tuple[Any, ...]]) -> Message:
    """A row of `SUMMARY` as a message."""
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
        profile_version=row.profile_version,
    )


async def first(connection: AsyncConnection, statement: Select[tuple[Any, ...]]) -> Message | None:
    """The first message that a statement over `SUMMARY` finds."""
    row = (await connection.execute(statement)).first()
    return None if row is None else to_message(row)
