"""Routes for decisions of staff about a message: replay, release, discard."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers import schemas
from services.suppliers.api.callers import OWN_REFUSALS, Writer, detail, own
from services.suppliers.api.paths import MessagePath
from services.suppliers.exchange import Exchange
from services.suppliers.usecases import decisions
from shared.http.refusals import refusals


def decisions_router(engine: AsyncEngine, exchange: Exchange) -> APIRouter:
    """`/v1/messages/{id}/replay`, `/release` and `/discard`."""
    router = APIRouter(prefix="/v1/messages", tags=["messages"])

    async def replay(message_id: MessagePath, body: schemas.Reason, caller: Writer) -> schemas.MessageDetail:
        """Reads and applies a kept message again, or writes a failed order again. Nothing is applied twice."""
        async with engine.begin() as connection:
            await own(connection, message_id, caller)
            message = await decisions.replay(connection, exchange, message_id, actor=caller.subject, reason=body.reason)
            return await detail(connection, message, caller)

    async def release(message_id: MessagePath, body: schemas.Release, caller: Writer) -> schemas.MessageDetail:
        """Settles a message in state `unknown`: sends it again under the same reference, or counts it as sent."""
        async with engine.begin() as connection:
            await own(connection, message_id, caller)
            message = await decisions.release(
                connection, exchange, message_id, decision=body.decision, actor=caller.subject, reason=body.reason
            )
            return await detail(connection, message, caller)

    async def discard(message_id: MessagePath, body: schemas.Reason, caller: Writer) -> schemas.MessageDetail:
        """Closes a message that waits for a person. Its bytes are kept."""
        async with engine.begin() as connection:
            await own(connection, message_id, caller)
            message = await decisions.discard(connection, exchange, message_id, actor=caller.subject, reason=body.reason)
            return await detail(connection, message, caller)

    decided = (*OWN_REFUSALS, "wrong-state")
    replayed = refusals(*decided, "sending-stopped", "already-refused", "not-written-again")
    router.add_api_route("/{message_id}/replay", replay, methods=["POST"], responses=replayed)
    router.add_api_route("/{message_id}/release", release, methods=["POST"], responses=refusals(*decided, "sending-stopped"))
    router.add_api_route("/{message_id}/discard", discard, methods=["POST"], responses=refusals(*decided))
    return router
