"""Routes of what people decide about a message that waits for them."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers import schemas
from services.suppliers.api.callers import Writer, detail, own
from services.suppliers.exchange import Exchange
from services.suppliers.usecases import decisions


def decisions_router(engine: AsyncEngine, exchange: Exchange) -> APIRouter:
    """`/v1/messages/{id}`: what people decide about a message that waits for them."""
    router = APIRouter(prefix="/v1/messages", tags=["messages"])

    async def replay(message_id: UUID, body: schemas.Reason, caller: Writer) -> schemas.MessageDetail:
        """Read and apply a kept message again, or write a failed order again. Nothing is applied twice."""
        async with engine.begin() as connection:
            await own(connection, message_id, caller)
            message = await decisions.replay(connection, exchange, message_id, actor=caller.subject, reason=body.reason)
            return await detail(connection, message)

    async def release(message_id: UUID, body: schemas.Release, caller: Writer) -> schemas.MessageDetail:
        """Settle a message of unknown fate: send it again under the same reference, or count it as sent."""
        async with engine.begin() as connection:
            await own(connection, message_id, caller)
            message = await decisions.release(
                connection, exchange, message_id, decision=body.decision, actor=caller.subject, reason=body.reason
            )
            return await detail(connection, message)

    async def discard(message_id: UUID, body: schemas.Reason, caller: Writer) -> schemas.MessageDetail:
        """Close a message that waits for a person. Its bytes stay."""
        async with engine.begin() as connection:
            await own(connection, message_id, caller)
            message = await decisions.discard(connection, exchange, message_id, actor=caller.subject, reason=body.reason)
            return await detail(connection, message)

    router.add_api_route("/{message_id}/replay", replay, methods=["POST"])
    router.add_api_route("/{message_id}/release", release, methods=["POST"])
    router.add_api_route("/{message_id}/discard", discard, methods=["POST"])
    return router
