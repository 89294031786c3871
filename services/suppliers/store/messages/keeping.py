"""Keeps messages byte for byte, and numbers those we send."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import Kind, OutboundMessage
from services.suppliers.domain import Direction, State
from services.suppliers.store.tables import control_reference, message
from shared.bus import current_cause
from shared.ids import new_id

CHANNEL = "exchange"


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
    profile_version: int | None = None


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
        "profile_version": new.profile_version,
    }
    statement = insert(message).values(values).on_conflict_do_nothing(index_elements=[message.c.push_id])
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
    first = insert(control_reference).values(supplier_id=supplier_id, last=0).on_conflict_do_nothing()
    await connection.execute(first)
    of_supplier = control_reference.c.supplier_id == supplier_id
    return int((await connection.execute(select(control_reference.c.last).where(of_supplier).with_for_update())).scalar_one())


async def take_reference(connection: AsyncConnection, supplier_id: str, reference: int) -> None:
    """Note that `reference` was given to a message; the row must be locked by `lock_last_reference`."""
    of_supplier = control_reference.c.supplier_id == supplier_id
    await connection.execute(update(control_reference).where(of_supplier).values(last=reference))


def written_columns(written: OutboundMessage, profile_version: int) -> Mapping[str, object]:
    """The columns that change when a message is written after all."""
    return {
        "reference": written.reference,
        "name": written.name,
        "content_type": written.content_type,
        "body": written.body,
        "digest": _digest(written.body),
        "profile_version": profile_version,
    }


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
