"""Routes of the messages: everything exchanged, byte for byte, and what became of it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers import schemas
from services.suppliers.api.callers import Reader, detail, own, visible
from services.suppliers.store import messages
from services.suppliers.store.messages import Filter
from shared.http.paging import Cursor, Limit, Page, decode_number, encode_cursor

_LARGE = 65_536

After = Annotated[int, Query(ge=0, description="Parts before the first that is shown")]
Leaves = Annotated[int, Query(ge=1, le=5_000, description="Segments, records or lines shown at once")]


def messages_router(engine: AsyncEngine) -> APIRouter:
    """`/v1/messages`: everything exchanged, byte for byte."""
    router = APIRouter(prefix="/v1/messages", tags=["messages"])

    async def list_messages(
        caller: Reader, query: Annotated[schemas.MessageQuery, Depends()], limit: Limit = 50, cursor: Cursor = None
    ) -> Page[schemas.MessageView]:
        """Messages, newest first. A council sees those that touch its orders."""
        narrowed = Filter(**query.model_dump(), council=caller.council)
        async with engine.connect() as connection:
            rows = await messages.page(connection, narrowed, limit=limit + 1, before=decode_number(cursor))
        last = rows[limit - 1] if len(rows) > limit else None
        following = encode_cursor(str(last.seq)) if last else None
        return Page(items=[schemas.message_view(row) for row in rows[:limit]], next_cursor=following)

    async def get_message(message_id: UUID, caller: Reader) -> schemas.MessageDetail:
        """One message, what was found in it, and every move it made."""
        async with engine.connect() as connection:
            return await detail(connection, await visible(connection, message_id, caller))

    async def get_raw(message_id: UUID, caller: Reader) -> Response:
        """The bytes as they were exchanged. A council gets them only where they concern no other."""
        async with engine.connect() as connection:
            message = await own(connection, message_id, caller)
            body = await messages.body_of(connection, message_id)
        # Never shown in place: the bytes are a stranger's.
        headers = {"Content-Disposition": f'attachment; filename="{message.id}"', "X-Content-Type-Options": "nosniff"}
        return Response(body, media_type="application/octet-stream", headers=headers)

    router.add_api_route("", list_messages, methods=["GET"])
    router.add_api_route("/{message_id}", get_message, methods=["GET"])
    router.add_api_route("/{message_id}/raw", get_raw, methods=["GET"], response_class=Response)
    return router
