"""How a change is recognised when it is requested again: by its Idempotency-Key, else by its caller, version and content.

Orders are recognised by the order book itself (`usecases/placing.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import usecases
from services.orders.api.access import Writer
from services.orders.store.requests import Request
from shared.auth import CouncilPrincipal
from shared.clock import Clock
from shared.http.headers import REPLAYED, IdempotencyKey, IfMatch, bare_key, required_version


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request for a change. `version` is that of the order or invoice that the caller had read; `key` may be empty."""

    caller: CouncilPrincipal
    version: int
    key: str

    def request(self, subject_id: UUID, body: BaseModel, action: str) -> Request:
        """Returns what recognises the request. Without a key, only its caller repeats it, with the same version and content."""
        digest = hashlib.sha256(f"{action} {body.model_dump_json()}".encode()).digest()
        key = self.key or f"{self.caller.subject} {self.version} {digest.hex()}"
        return Request(self.caller.council, subject_id, key, digest)


def attempt_at(what: str) -> Callable[..., Attempt]:
    """Returns the dependency of a route that changes `what`, such as "order". Raises DomainError (428) without `If-Match`."""

    def attempt(caller: Writer, if_match: IfMatch = "", idempotency_key: IdempotencyKey = "") -> Attempt:
        return Attempt(caller, required_version(if_match, what), bare_key(idempotency_key))

    return attempt


async def is_new(connection: AsyncConnection, request: Request, response: Response, clock: Clock) -> bool:
    """Notes a request and returns whether it is to be carried out; for a repetition, the response says that it is one."""
    if not await usecases.is_repetition(connection, request, clock):
        return True
    response.headers.update(REPLAYED)
    return False
