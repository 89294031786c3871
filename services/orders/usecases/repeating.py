"""Cancellations and decisions that are sent again because their answer was lost: nothing happens twice."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store.requests import Request, note_request
from shared.clock import Clock
from shared.errors import key_reused


async def is_repetition(connection: AsyncConnection, request: Request, clock: Clock) -> bool:
    """Notes a request before it is carried out; returns whether it was carried out before.

    Raises DomainError (422) if its key was used with other content.
    """
    first = await note_request(connection, request, clock.now())
    if first is not None and first != request.digest:
        raise key_reused("another request about the same order, invoice or proposal")
    return first is not None
