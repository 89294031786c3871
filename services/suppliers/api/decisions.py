"""Routes for decisions of staff about a message: replay, release, discard.

Each is about the version that its person has read, so that nobody settles what somebody else has settled meanwhile.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.suppliers import schemas
from services.suppliers.api.callers import OWN_REFUSALS, Writer, check_unchanged, detail, own
from services.suppliers.api.paths import MessagePath
from services.suppliers.domain.messages import Message
from services.suppliers.exchange import Exchange
from services.suppliers.usecases import decisions
from shared.acts.noting import note_act
from shared.auth import Principal
from shared.http.refusals import refusals
from shared.http.repeating import Attempt, attempt_at

MessageAttempt = Annotated[Attempt, Depends(attempt_at("message"))]
Decide = Callable[[AsyncConnection], Awaitable[Message]]


def decisions_router(engine: AsyncEngine, exchange: Exchange) -> APIRouter:
    """`/v1/messages/{id}/replay`, `/release` and `/discard`."""
    router = APIRouter(prefix="/v1/messages", tags=["messages"])

    async def replay(
        message_id: MessagePath, body: schemas.Reason, caller: Writer, attempt: MessageAttempt, response: Response
    ) -> schemas.MessageDetail:
        """Reads and applies a kept message again, or writes a failed order again. Nothing is applied twice."""

        async def decide(connection: AsyncConnection) -> Message:
            return await decisions.replay(connection, exchange, message_id, actor=caller.subject, reason=body.reason)

        return await _decided(engine, message_id, caller, attempt, response, decide)

    async def release(
        message_id: MessagePath, body: schemas.Release, caller: Writer, attempt: MessageAttempt, response: Response
    ) -> schemas.MessageDetail:
        """Settles a message in state `unknown`: sends it again under the same reference, or counts it as sent."""

        async def decide(connection: AsyncConnection) -> Message:
            return await decisions.release(
                connection, exchange, message_id, decision=body.decision, actor=caller.subject, reason=body.reason
            )

        return await _decided(engine, message_id, caller, attempt, response, decide)

    async def discard(
        message_id: MessagePath, body: schemas.Reason, caller: Writer, attempt: MessageAttempt, response: Response
    ) -> schemas.MessageDetail:
        """Closes a message that waits for a person. Its bytes are kept."""

        async def decide(connection: AsyncConnection) -> Message:
            return await decisions.discard(connection, exchange, message_id, actor=caller.subject, reason=body.reason)

        return await _decided(engine, message_id, caller, attempt, response, decide)

    decided = (*OWN_REFUSALS, "wrong-state")
    replayed = refusals(*decided, "sending-stopped", "already-refused", "not-written-again")
    router.add_api_route("/{message_id}/replay", replay, methods=["POST"], responses=replayed)
    released = refusals(*decided, "sending-stopped")
    router.add_api_route("/{message_id}/release", release, methods=["POST"], responses=released)
    router.add_api_route("/{message_id}/discard", discard, methods=["POST"], responses=refusals(*decided))
    return router


async def _decided(
    engine: AsyncEngine, message_id: UUID, caller: Principal, attempt: Attempt, response: Response, decide: Decide
) -> schemas.MessageDetail:
    """Returns the message after the decision; a repetition decides nothing, and gets the message as it is now."""
    async with attempt.repeatable.once(engine, caller) as turn:
        message = await own(turn.connection, message_id, caller)
        if turn.first:
            await check_unchanged(turn.connection, message_id, attempt.version)
            before = message.state
            message = await decide(turn.connection)
            after = {"state": message.state}
            await note_act(turn.connection, council=message.only_council, before={"state": before}, after=after)
        view = await detail(turn.connection, message, caller)
    response.headers["ETag"] = schemas.message_tag(view)
    return view
