"""How a request is recognised when it is sent again: by its Idempotency-Key, else by its caller, version and content."""

from __future__ import annotations

import hashlib
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import usecases
from services.orders.api.access import Writer
from services.orders.store.requests import Request
from shared.clock import Clock
from shared.http.headers import REPLAYED, bare_key


def request_of(caller: Writer, subject_id: UUID, body: BaseModel, *, action: str, key: str | None, version: int) -> Request:
    """Returns what recognises a request. `version` is that of the order or invoice that the caller had read.

    Without a key, only the same caller can repeat it, with the same version and content.
    """
    digest = hashlib.sha256(f"{action} {body.model_dump_json()}".encode()).digest()
    named = bare_key(key) or f"{caller.subject} {version} {digest.hex()}"
    return Request(caller.council, subject_id, named, digest)


async def is_new(connection: AsyncConnection, request: Request, response: Response, clock: Clock) -> bool:
    """Notes a request and returns whether it is to be carried out; for a repetition, the response says that it is one."""
    if not await usecases.is_repetition(connection, request, clock):
        return True
    response.headers.update(REPLAYED)
    return False
