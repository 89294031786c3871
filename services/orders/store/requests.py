"""Notes cancellations and decisions, and recognises one that is sent again because its answer was lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store.tables import request


@dataclass(frozen=True, slots=True)
class Request:
    """A council's request to change an order, invoice or proposal (`subject_id`); `digest` is of its content."""

    council: str
    subject_id: UUID
    idempotency_key: str
    digest: bytes


async def note_request(connection: AsyncConnection, new: Request, at: datetime) -> bytes | None:
    """Notes a request; returns the digest of the one noted before under its key, if there is one.

    Waits for a transaction that is noting the same request. What the caller's transaction rolls back was never noted.
    """
    c = request.c
    values = {
        "council": new.council,
        "subject_id": new.subject_id,
        "idempotency_key": new.idempotency_key,
        "digest": new.digest,
        "at": at,
    }
    noted = insert(request).values(**values).on_conflict_do_nothing().returning(c.digest)
    if (await connection.execute(noted)).one_or_none() is not None:
        return None
    same = (c.council == new.council, c.subject_id == new.subject_id, c.idempotency_key == new.idempotency_key)
    first: bytes = (await connection.execute(select(c.digest).where(*same))).scalar_one()
    return first
