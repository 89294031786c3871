"""Routes of messages: everything exchanged with the supplier, byte for byte, with its state and history."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers import schemas
from services.suppliers.api.callers import OWN_REFUSALS, Reader, concerning, detail, own, shown
from services.suppliers.api.paths import MessagePath, RecordPath
from services.suppliers.conformance.advice import advice_for_code
from services.suppliers.domain.messages import Message
from services.suppliers.exchange import Exchange
from services.suppliers.store import feed_readings, messages
from services.suppliers.store.messages import Filter
from shared.auth import Principal
from shared.errors import DomainError, Kind
from shared.http.instants import bounds_of
from shared.http.lines import JSON, JSON_LINES, described_lines, lines_answer
from shared.http.paging import Page, number
from shared.http.refusals import refusals
from shared.http.representations import chosen_form, never_shown, tagged_answer


def messages_router(engine: AsyncEngine, exchange: Exchange) -> APIRouter:
    """`/v1/messages`: everything exchanged, byte for byte."""
    router = APIRouter(prefix="/v1/messages", tags=["messages"])

    async def list_messages(
        caller: Reader, request: Request, query: Annotated[schemas.MessageQuery, Query()]
    ) -> Page[schemas.MessageView] | Response:
        """Messages, newest first. A council sees those that touch its orders, and of each what is its own.

        With `Accept: application/jsonl`, all of them from the cursor on, each with its findings and its history.
        """
        narrowed = Filter(**bounds_of(query.filters(), exchange.clock), council=caller.council)
        if chosen_form(request, (JSON, JSON_LINES)) == JSON_LINES:
            return await _whole(engine, narrowed, query, caller)
        async with engine.connect() as connection:
            found = await messages.page(connection, narrowed, after=query.after(number), limit=query.fetched)
            rows = await shown(connection, found, caller)
        return query.page(rows, keys=lambda row: (row.seq,), view=schemas.message_view)

    async def get_message(message_id: MessagePath, caller: Reader, response: Response) -> schemas.MessageDetail:
        """One message with its findings and every change of state; for a council, without what is another council's."""
        async with engine.connect() as connection:
            view = await detail(connection, await concerning(connection, message_id, caller), caller)
        response.headers["ETag"] = schemas.message_tag(view)
        return view

    async def get_raw(message_id: MessagePath, caller: Reader) -> Response:
        """The bytes as they were exchanged. A council gets them only where they concern no other council."""
        async with engine.connect() as connection:
            await own(connection, message_id, caller)
            kept = await messages.kept_bytes(connection, message_id)
        headers = {**never_shown(str(message_id)), "Content-Length": str(kept.size)}
        return StreamingResponse(_parts(engine, message_id, kept), media_type="application/octet-stream", headers=headers)

    answer, listed = Page[schemas.MessageView], {**described_lines("MessageDetail"), **refusals("not-acceptable")}
    router.add_api_route("", list_messages, methods=["GET"], response_model=answer, responses=listed)
    router.add_api_route("/{message_id}", get_message, methods=["GET"], responses=refusals("no-such-message"))
    router.add_api_route(
        "/{message_id}/raw",
        get_raw,
        methods=["GET"],
        response_class=Response,
        responses=refusals(*OWN_REFUSALS, "bytes-unreadable"),
    )
    return router


async def _parts(engine: AsyncEngine, message_id: UUID, kept: messages.KeptBytes) -> AsyncIterator[bytes]:
    """Yields the bytes part by part. No connection is held while the caller takes one."""
    yield kept.first
    for each in kept.following:
        async with engine.connect() as connection:
            part = await messages.part_of(connection, message_id, each)
        yield part


async def _whole(engine: AsyncEngine, narrowed: Filter, query: schemas.MessageQuery, caller: Principal) -> Response:
    async def fetch(after: tuple[int] | None, limit: int) -> Sequence[Message]:
        async with engine.connect() as connection:
            return await messages.page(connection, narrowed, after=after, limit=limit)

    async def line(message: Message) -> schemas.MessageDetail:
        async with engine.connect() as connection:
            return await detail(connection, message, caller)

    return await lines_answer(fetch, line, keys=lambda message: (message.seq,), after=query.after(number))


def kept_aside_router(engine: AsyncEngine) -> APIRouter:
    """`/v1/messages/{id}/kept-aside`: what of a file of records could not be read."""
    router = APIRouter(prefix="/v1/messages/{message_id}/kept-aside", tags=["messages"])

    async def list_aside(
        message_id: MessagePath, caller: Reader, query: Annotated[schemas.AsideQuery, Query()]
    ) -> Page[schemas.AsideView]:
        """What of a file of records could not be read, each with its reason. A council gets it as it gets the bytes."""
        async with engine.connect() as connection:
            await own(connection, message_id, caller)
            found = await feed_readings.page_aside(connection, message_id, after=query.after(number), limit=query.fetched)
        view = partial(schemas.aside_view, advise=advice_for_code)
        return query.page(found, keys=lambda aside: (aside.number,), view=view)

    async def get_aside(message_id: MessagePath, record: RecordPath, caller: Reader, request: Request) -> Response:
        """The bytes of one record that is kept aside. Empty where they are in the message only."""
        async with engine.connect() as connection:
            await own(connection, message_id, caller)
            raw = await feed_readings.raw_aside(connection, message_id, record)
        if raw is None:
            raise DomainError("no-such-record", f"No record {record} of this message is kept aside.", Kind.NOT_FOUND)
        answer = tagged_answer(request, raw, "application/octet-stream")
        answer.headers.update(never_shown(f"{message_id}-{record}"))
        return answer

    router.add_api_route("", list_aside, methods=["GET"], responses=refusals(*OWN_REFUSALS))
    router.add_api_route(
        "/{record}", get_aside, methods=["GET"], response_class=Response, responses=refusals(*OWN_REFUSALS, "no-such-record")
    )
    return router
