"""The route that shows what a replay of a message would change. Writes nothing."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers import schemas
from services.suppliers.api.callers import OWN_REFUSALS, Reader, of_others_too, own
from services.suppliers.api.mappings import REFUSED_MAPPINGS, asked_mapping
from services.suppliers.api.paths import MessagePath
from services.suppliers.conformance.words import describe
from services.suppliers.contract import Fact
from services.suppliers.exchange import Exchange
from services.suppliers.usecases.previewing import preview_replay
from shared.http.refusals import refusals


def previews_router(engine: AsyncEngine, exchange: Exchange) -> APIRouter:
    """`/v1/messages/{id}/replay/preview`."""
    router = APIRouter(prefix="/v1/messages", tags=["messages"])

    async def preview(message_id: MessagePath, body: schemas.PreviewQuestion, caller: Reader) -> schemas.ReplayPreview:
        """What a replay would apply, what would still be held and what was applied before. Writes and publishes nothing.

        With `mapping`, as if that mapping were made first; it is refused as the mapping would be.
        """
        proposed = body.mapping
        asked = None if proposed is None else asked_mapping(proposed, caller, reason="a preview: nothing is kept")
        async with engine.connect() as connection, connection.begin() as transaction:
            await own(connection, message_id, caller)
            previewed = await preview_replay(connection, exchange, message_id, asked)
            await transaction.rollback()
        if previewed.message.is_shared(caller.council):
            raise of_others_too()
        return schemas.replay_preview(previewed, _described)

    refused = refusals(*OWN_REFUSALS, *REFUSED_MAPPINGS, "file-of-records")
    router.add_api_route("/{message_id}/replay/preview", preview, methods=["POST"], responses=refused)
    return router


def _described(fact: Fact) -> schemas.Described:
    found = describe(fact)
    return found.kind, found.text, found.lines
