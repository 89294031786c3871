"""Routes for a service's dead letters, the same in every service: list, show, replay, discard.

Must not know what a dead letter means; its consumer does. This module does not defer annotations, because FastAPI could
not resolve those that name a scope of this router.
"""

import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.acts.noting import note_act
from shared.auth import Principal, principal_with
from shared.clock import Clock
from shared.errors import DomainError, Kind
from shared.http.paging import Page, PageQuery
from shared.http.refusals import refusals
from shared.http.repeating import Repeatable
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
from shared.messaging.dead_letters.telling import Tell, tell_nobody
from shared.messaging.errors import DeadLetterSettled, NoSuchDeadLetter, Poison, ReasonRequired, RetryLater
from shared.messaging.subscription import Subscription
from shared.texts import Text

DeadLetterId = Annotated[UUID, Path(description="Our id of the dead letter, as `GET /v1/dead-letters` lists it")]


class DeadLetterReason(BaseModel):
    """The reason for which a dead letter is settled."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Text = Field(
        min_length=3,
        max_length=500,
        description="Why, so that a colleague understands it next year",
        examples=["The order was placed again by hand"],
    )


class DeadLetterQuery(PageQuery):
    """Which dead letters to list."""

    consumer: Text | None = Field(
        default=None,
        max_length=100,
        description="Only those of this consumer; `outbox`: events that could not be sent to Kafka",
        examples=["outbox"],
    )
    state: DeadLetterState | None = Field(default=None, description="Only those in this state; `dead` waits for a person")
    event_type: Text | None = Field(
        default=None, max_length=100, description="Only events of this type", examples=["orders.order.placed.v1"]
    )


class DeadLetterSummary(BaseModel):
    """One message that a consumer could not handle and gave up, or that could not be sent."""

    dead_letter_id: UUID = Field(description="Our id of it, under which `GET /v1/dead-letters/{dead_letter_id}` shows it")
    consumer: str = Field(description="Who gave it up: a consumer of this service, or `outbox`", examples=["orders"])
    event_id: UUID = Field(description="Id of the event; a replay keeps it")
    event_type: str | None = Field(
        description="Type of the event; null where the message does not say", examples=["suppliers.order.responded.v1"]
    )
    council: str | None = Field(
        description="ISIL of the council that the event belongs to; null for none or several", examples=["GB-SFK"]
    )
    topic: str = Field(description="Topic of Kafka that it was read from, or was to be sent to", examples=["suppliers"])
    partition: int = Field(description="Partition of the topic", examples=[3])
    offset: int = Field(description="Place in the partition", examples=[18042])
    reason: str = Field(description="Why it was given up", examples=["no line has the key 7F3K9QX2-001"])
    attempts: int = Field(description="How often it was tried", examples=[1])
    first_failed_at: datetime = Field(description="When it failed for the first time")
    dead_at: datetime = Field(description="When it was given up")
    state: DeadLetterState = Field(description="`dead` while it waits for a person")
    settled_at: datetime | None = Field(description="When a person replayed or discarded it; null while it waits")
    settled_by: str | None = Field(description="Who did; null while it waits", examples=["j.archer"])
    settled_reason: str | None = Field(
        description="Why, in that person's words; null while it waits", examples=["The line is known by now"]
    )


class RecordHeader(BaseModel):
    """One header of a record of Kafka."""

    name: str = Field(description="Name of the header; one name may come several times", examples=["ce_type"])
    value: str | None = Field(
        description="What it says; null for a header without a value", examples=["suppliers.order.responded.v1"]
    )


class DeadLetterView(DeadLetterSummary):
    """The same with headers, key and value as Kafka delivered them; `encoding` is base64 if any of them is not UTF-8."""

    headers: list[RecordHeader] = Field(description="Headers of the record, in its order")
    key: str | None = Field(description="Key of the record; null for none", examples=["0192f3a4-7c1e-7b52-9d0a-5e6f7a8b9c0d"])
    value: str | None = Field(description="Data of the event; null for none", examples=['{"supplier_id": "national"}'])
    encoding: str = Field(description="How value, key and headers are written: `utf-8` or `base64`", examples=["utf-8"])


_ONE = refusals("no-such-dead-letter")
_SETTLED = refusals("no-such-dead-letter", "dead-letter-settled", "reason-required")
_REPLAYED = refusals("no-such-dead-letter", "dead-letter-settled", "reason-required", "still-refused", "not-now")


def dead_letters_router(
    engine: AsyncEngine,
    clock: Clock,
    subscriptions: Mapping[str, Subscription],
    *,
    scope: str,
    tell: Tell = tell_nobody,
) -> APIRouter:
    """Returns `/v1/dead-letters` for the consumers of one service; callers need `<scope>:read` or `<scope>:write`.

    `tell` makes the event that is published about one that was settled.
    """
    router = APIRouter(prefix="/v1/dead-letters", tags=["dead letters"])
    may_read = Depends(principal_with(f"{scope}:read"))

    async def list_letters(
        caller: Annotated[Principal, may_read], query: Annotated[DeadLetterQuery, Query()]
    ) -> Page[DeadLetterSummary]:
        """Lists messages that were given up, newest first. A council sees only its own."""
        (after,) = query.after(UUID) or (None,)
        wanted = Filter(**query.filters(), council_id=caller.council, after=after, limit=query.fetched)
        async with engine.connect() as connection:
            letters = await list_dead_letters(connection, wanted)
        return query.page(letters, keys=lambda letter: (letter.id,), view=_summary)

    async def get_letter(dead_letter_id: DeadLetterId, caller: Annotated[Principal, may_read]) -> DeadLetterView:
        """Returns one dead letter with headers and data."""
        async with engine.connect() as connection, _domain_errors():
            return _view(await _visible(connection, dead_letter_id, caller))

    router.add_api_route("", list_letters, methods=["GET"], responses=refusals())
    router.add_api_route("/{dead_letter_id}", get_letter, methods=["GET"], responses=_ONE)
    _add_decisions(router, engine, clock, list(subscriptions.values()), scope=scope, tell=tell)
    return router


def _add_decisions(
    router: APIRouter, engine: AsyncEngine, clock: Clock, known: Sequence[Subscription], *, scope: str, tell: Tell
) -> None:
    """Adds the routes that settle a dead letter: replay and discard."""
    may_write = Depends(principal_with(f"{scope}:write"))

    async def replay(
        dead_letter_id: DeadLetterId, body: DeadLetterReason, caller: Annotated[Principal, may_write], repeatable: Repeatable
    ) -> DeadLetterSummary:
        """Passes the event to its consumer again, under its own id. A second request has no effect."""
        async with repeatable.once(engine, caller) as turn, _domain_errors():
            letter = await _visible(turn.connection, dead_letter_id, caller)
            if turn.first:
                decision = Decision(caller.subject, clock.now(), body.reason)
                letter = await replay_dead_letter(
                    turn.connection, dead_letter_id, subscriptions=known, decision=decision, tell=tell
                )
                await _note(turn.connection, letter)
            return _summary(letter)

    async def discard(
        dead_letter_id: DeadLetterId, body: DeadLetterReason, caller: Annotated[Principal, may_write], repeatable: Repeatable
    ) -> DeadLetterSummary:
        """Discards the dead letter: it is settled without any effect."""
        async with repeatable.once(engine, caller) as turn, _domain_errors():
            letter = await _visible(turn.connection, dead_letter_id, caller)
            if turn.first:
                decision = Decision(caller.subject, clock.now(), body.reason)
                letter = await discard_dead_letter(turn.connection, dead_letter_id, decision=decision, tell=tell)
                await _note(turn.connection, letter)
            return _summary(letter)

    router.add_api_route("/{dead_letter_id}/replay", replay, methods=["POST"], responses=_REPLAYED)
    router.add_api_route("/{dead_letter_id}/discard", discard, methods=["POST"], responses=_SETTLED)


async def _note(connection: AsyncConnection, letter: DeadLetter) -> None:
    before = {"state": DeadLetterState.DEAD, "event_type": letter.event_type, "consumer": letter.consumer}
    await note_act(connection, council=letter.council_id, before=before, after={"state": letter.state})


async def _visible(connection: AsyncConnection, dead_letter_id: DeadLetterId, caller: Principal) -> DeadLetter:
    """Returns the letter if the caller may see it. Raises NoSuchDeadLetter also for a letter of another council."""
    letter = await get_dead_letter(connection, dead_letter_id)
    if caller.council is not None and letter.council_id != caller.council:
        raise NoSuchDeadLetter(f"no dead letter {dead_letter_id}")
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
    return DeadLetterSummary.model_validate({**asdict(letter), "dead_letter_id": letter.id, "council": letter.council_id})


def _view(letter: DeadLetter) -> DeadLetterView:
    raw = [letter.key, letter.value, *(value for _, value in letter.headers)]
    readable = all(_is_text(data) for data in raw)

    def shown(data: bytes | None) -> str | None:
        if data is None:
            return None
        return data.decode() if readable else base64.b64encode(data).decode()

    return DeadLetterView(
        **_summary(letter).model_dump(),
        headers=[RecordHeader(name=name, value=shown(value)) for name, value in letter.headers],
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
