"""Routes of messages: everything exchanged with the supplier, byte for byte, with its state and history."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers import schemas
from services.suppliers.api.callers import Reader, concerning, detail, own, shown
from services.suppliers.store import messages
from services.suppliers.store.messages import Filter
from shared.http.paging import Page, number


def messages_router(engine: AsyncEngine) -> APIRouter:
    """`/v1/messages`: everything exchanged, byte for byte."""
    router = APIRouter(prefix="/v1/messages", tags=["messages"])

    async def list_messages(caller: Reader, query: Annotated[schemas.MessageQuery, Query()]) -> Page[schemas.MessageView]:
        """Messages, newest first. A council sees those that touch its orders, and of each what is its own."""
        narrowed = Filter(**query.filters(), council=caller.council)
        async with engine.connect() as connection:
            found = await messages.page(connection, narrowed, after=query.after(number), limit=query.fetched)
            rows = await shown(connection, found, caller)
        return query.page(rows, keys=lambda row: (row.seq,), view=schemas.message_view)

    async def get_message(message_id: UUID, caller: Reader) -> schemas.MessageDetail:
        """One message with its findings and every change of state; for a council, without what is another council's."""
        async with engine.connect() as connection:
            return await detail(connection, await concerning(connection, message_id, caller), caller)

    async def get_raw(message_id: UUID, caller: Reader) -> Response:
        """The bytes as they were exchanged. A council gets them only where they concern no other council."""
        async with engine.connect() as connection:
            message = await own(connection, message_id, caller)
            body = await messages.body_of(connection, message_id)
        # Never displayed by the browser: the bytes come from outside and are not trusted.
        headers = {"Content-Disposition": f'attachment; filename="{message.id}"', "X-Content-Type-Options": "nosniff"}
        return Response(body, media_type="application/octet-stream", headers=headers)

    router.add_api_route("", list_messages, methods=["GET"])
    router.add_api_route("/{message_id}", get_message, methods=["GET"])
    router.add_api_route("/{message_id}/raw", get_raw, methods=["GET"], response_class=Response)
    return router
