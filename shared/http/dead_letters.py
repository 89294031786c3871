"""Routes for a service's dead letters, the same in every service: list, show, replay, discard.

Must not know what a dead letter means; its consumer does. This module does not defer annotations, because FastAPI could
not resolve those that name a scope of this router.
"""

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.auth import Principal, principal_with
from shared.clock import Clock
from shared.errors import DomainError, Kind
from shared.http.paging import Page, PageQuery
from shared.messaging.dead_letters.settling import (
    DeadLetter,
    DeadLetterState,
    Decision,
    Filter,
    discard_dead_letter,
    get_dead_letter,
    list_dead_letters,
    replay_dead_letter,
)
from shared.messaging.errors import DeadLetterSettled, NoSuchDeadLetter, Poison, ReasonRequired, RetryLater
from shared.messaging.subscription import Subscription
from shared.texts import Text


class DeadLetterReason(BaseModel):
    """The reason for which a dead letter is settled."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Text = Field(min_length=3, max_length=500, description="The reason, so that a colleague understands it next year")


class DeadLetterQuery(PageQuery):
    """Which dead letters to list."""

    consumer: str | None = Field(default=None, max_length=100, description="`outbox`: events that could not be sent to Kafka")
    state: DeadLetterState | None = None
    event_type: str | None = Field(default=None, max_length=100)


class DeadLetterSummary(BaseModel):
    """One message that a consumer could not handle and gave up, or that could not be sent."""

    id: UUID
    consumer: str
    event_id: UUID
    event_type: str | None
    council: str | None
    topic: str
    partition: int
    offset: int
    reason: str
    attempts: int
    first_failed_at: datetime
    dead_at: datetime
    state: DeadLetterState
    settled_at: datetime | None
    settled_by: str | None
    settled_reason: str | None


class DeadLetterView(DeadLetterSummary):
    """The same with headers, key and value as Kafka delivered them; `encoding` is base64 if any of them is not UTF-8."""

    headers: list[tuple[str, str | None]]
    key: str | None
    value: str | None
    encoding: str


def dead_letters_router(engine: AsyncEngine, clock: Clock, subscriptions: Mapping[str, Subscription], *, scope: str) -> APIRouter:
    """Returns `/v1/dead-letters` for the consumers of one service; callers need `<scope>:read` or `<scope>:write`."""
    router = APIRouter(prefix="/v1/dead-letters", tags=["dead letters"])
    may_read = Depends(principal_with(f"{scope}:read"))
    may_write = Depends(principal_with(f"{scope}:write"))

    async def list_letters(
        caller: Annotated[Principal, may_read], query: Annotated[DeadLetterQuery, Query()]
    ) -> Page[DeadLetterSummary]:
        """Lists messages that were given up, newest first. A council sees only its own."""
        (after,) = query.after(UUID) or (None,)
        wanted = Filter(**query.filters(), council_id=caller.council, after=after, limit=query.fetched)
        async with engine.connect() as connection:
            letters = await list_dead_letters(connection, wanted)
        return query.page(letters, keys=lambda letter: (letter.id,), view=_summary)

    async def get_letter(letter_id: UUID, caller: Annotated[Principal, may_read]) -> DeadLetterView:
        """Returns one dead letter with headers and data."""
        async with engine.connect() as connection, _domain_errors():
            return _view(await _visible(connection, letter_id, caller))

    async def replay(letter_id: UUID, body: DeadLetterReason, caller: Annotated[Principal, may_write]) -> DeadLetterSummary:
        """Passes the event to its consumer again, under its own id. A second request has no effect."""
        async with engine.begin() as connection, _domain_errors():
            await _visible(connection, letter_id, caller)
            decision = Decision(caller.subject, clock.now(), body.reason)
            known = list(subscriptions.values())
            return _summary(await replay_dead_letter(connection, letter_id, subscriptions=known, decision=decision))

    async def discard(letter_id: UUID, body: DeadLetterReason, caller: Annotated[Principal, may_write]) -> DeadLetterSummary:
        """Discards the dead letter: it is settled without any effect."""
        async with engine.begin() as connection, _domain_errors():
            await _visible(connection, letter_id, caller)
            decision = Decision(caller.subject, clock.now(), body.reason)
            return _summary(await discard_dead_letter(connection, letter_id, decision=decision))

    router.add_api_route("", list_letters, methods=["GET"])
    router.add_api_route("/{letter_id}", get_letter, methods=["GET"])
    router.add_api_route("/{letter_id}/replay", replay, methods=["POST"])
    router.add_api_route("/{letter_id}/discard", discard, methods=["POST"])
    return router


async def _visible(connection: AsyncConnection, letter_id: UUID, caller: Principal) -> DeadLetter:
    """Returns the letter if the caller may see it. Raises NoSuchDeadLetter also for a letter of another council."""
    letter = await get_dead_letter(connection, letter_id)
    if caller.council is not None and letter.council_id != caller.council:
        raise NoSuchDeadLetter(f"no dead letter {letter_id}")
    return letter


@asynccontextmanager
async def _domain_errors() -> AsyncIterator[None]:
    """Turns refusals of the messaging layer into domain errors, which the API renders as problem details."""
    try:
        yield
    except NoSuchDeadLetter as error:
        raise DomainError("no-such-dead-letter", str(error), Kind.NOT_FOUND) from error
    except DeadLetterSettled as error:
        raise DomainError("dead-letter-settled", str(error), Kind.CONFLICT) from error
    except ReasonRequired as error:
        raise DomainError("reason-required", str(error), Kind.INVALID) from error
    except Poison as error:
        raise DomainError("still-refused", f"The consumer still refuses the message: {error.reason}", Kind.CONFLICT) from error
    except RetryLater as error:
        raise DomainError("not-now", f"The message cannot be handled now: {error}. Try again later.", Kind.UNAVAILABLE) from error


def _summary(letter: DeadLetter) -> DeadLetterSummary:
    return DeadLetterSummary.model_validate({**asdict(letter), "council": letter.council_id})


def _view(letter: DeadLetter) -> DeadLetterView:
    raw = [letter.key, letter.value, *(value for _, value in letter.headers)]
    readable = all(_is_text(data) for data in raw)

    def shown(data: bytes | None) -> str | None:
        if data is None:
            return None
        return data.decode() if readable else base64.b64encode(data).decode()

    return DeadLetterView(
        **_summary(letter).model_dump(),
        headers=[(name, shown(value)) for name, value in letter.headers],
        key=shown(letter.key),
        value=shown(letter.value),
        encoding="utf-8" if readable else "base64",
    )


def _is_text(data: bytes | None) -> bool:
    try:
        (data or b"").decode()
    except UnicodeDecodeError:
        return False
    return True
