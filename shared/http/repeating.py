"""Requests that are sent again because their answer was lost: each acts once, and its repetition gets the thing as it is now.

A request is recognised by its `Idempotency-Key`, which the council (or operations staff) uses once in a service. It is noted in
the transaction of its change, and known as long as events are in the inbox. The first one is an act of the audit trail. Must not
know what a request changes.

    async def decline(proposal_id: UUID, body: Reason, caller: Writer, repeatable: Repeatable) -> ProposalView:
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                await decline_proposal(turn.connection, proposal_id, ...)
        return await _view(engine, proposal_id)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.acts.noting import note_act
from shared.auth import Principal
from shared.errors import key_reused
from shared.http.headers import REPLAYED, IdempotencyKey, IfMatch, required_key, required_version
from shared.messaging.tables import asked_before


@dataclass(slots=True)
class Turn:
    """A request in its transaction. Only the `first` one may change something.

    `subject` is the id of what the first one made: it sets it, and repetitions read it.
    """

    connection: AsyncConnection
    first: bool
    subject: str | None = None

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers that say whether the answer repeats an earlier one, for a route that returns its own Response."""
        return {} if self.first else REPLAYED


@dataclass(frozen=True, slots=True)
class Keyed:
    """A request with its key. `digest` is of its method, path, query and content."""

    key: str
    digest: bytes
    response: Response

    @asynccontextmanager
    async def once(self, engine: AsyncEngine, caller: Principal) -> AsyncIterator[Turn]:
        """Opens the transaction of the request, and commits it at the end. The answer says if it is a repetition.

        Two requests with one key wait for each other; the second one repeats the first, or acts where that was rolled back.
        Raises DomainError (422) where the key was used for another request.
        """
        async with engine.begin() as connection:
            turn = await self._turn(connection, caller.council or "")
            self.response.headers.update(turn.headers)
            noted = turn.subject
            yield turn
            if turn.subject != noted:
                await self._note_subject(connection, caller.council or "", turn.subject)
            if turn.first:
                await note_act(connection, thing=turn.subject or "")

    async def _turn(self, connection: AsyncConnection, council: str) -> Turn:
        c = asked_before.c
        values = {"council": council, "key": self.key, "digest": self.digest}
        new = insert(asked_before).values(values).on_conflict_do_nothing().returning(c.key)
        if (await connection.execute(new)).one_or_none() is not None:
            return Turn(connection, first=True)
        known = select(c.digest, c.subject).where(c.council == council, c.key == self.key)
        digest, subject = (await connection.execute(known)).one()
        if digest != self.digest:
            raise key_reused("another request")
        return Turn(connection, first=False, subject=subject)

    async def _note_subject(self, connection: AsyncConnection, council: str, subject: str | None) -> None:
        c = asked_before.c
        await connection.execute(update(asked_before).where(c.council == council, c.key == self.key).values(subject=subject))


async def _keyed(request: Request, response: Response, idempotency_key: IdempotencyKey = "") -> Keyed:
    """Returns the request with its key. Raises DomainError (400) without one."""
    key = required_key(idempotency_key, "request")
    head = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return Keyed(key, hashlib.sha256(head + _content(await request.body())).digest(), response)


def _content(body: bytes) -> bytes:
    """Returns what a body says: the same for a JSON document that is written differently."""
    try:
        return json.dumps(json.loads(body), sort_keys=True).encode()
    except (ValueError, RecursionError):
        return body


Repeatable = Annotated[Keyed, Depends(_keyed)]
"""The annotation of a route's parameter: its request needs an `Idempotency-Key`."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A repeatable request to change a thing whose `version` the caller has read."""

    version: int
    repeatable: Keyed


def attempt_at(what: str) -> Callable[..., Attempt]:
    """Returns the dependency of a route that changes `what`, such as "order". Raises DomainError (428) without `If-Match`."""

    def attempt(repeatable: Repeatable, if_match: IfMatch = "") -> Attempt:
        return Attempt(required_version(if_match, what), repeatable)

    return attempt
