"""Routes of the exchange: signed pushes of the supplier, and messages as staff see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.suppliers import schemas
from services.suppliers.canonical import DespatchForm
from services.suppliers.contract import RawMessage
from services.suppliers.domain import CANONICAL_DESPATCH, Message, no_such_message
from services.suppliers.exchange import Exchange, check_served
from services.suppliers.store import messages
from services.suppliers.store.messages import Filter
from services.suppliers.usecases import decisions, intake
from shared.auth import Principal, principal_with
from shared.errors import DomainError, Kind
from shared.http.paging import Cursor, Limit, Page, bad_cursor, decode_cursor, encode_cursor
from shared.http.pushes import verify_push

Reader = Annotated[Principal, Depends(principal_with("exchange:read"))]
Writer = Annotated[Principal, Depends(principal_with("exchange:write"))]

_LONGEST_PUSH_ID = 200
_DESPATCH_BODY = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": DespatchForm.model_json_schema()}}}
}


def pushes_router(engine: AsyncEngine, exchange: Exchange) -> APIRouter:
    """`/v1/suppliers/{id}`: who the supplier is, and where it pushes to."""
    router = APIRouter(prefix="/v1/suppliers/{supplier_id}", tags=["suppliers"])
    secrets = [SecretStr(secret) for secret in exchange.adapter.push_secrets]

    async def get_supplier(supplier_id: str, caller: Reader) -> schemas.SupplierView:
        """The supplier's declared facts and what it can do."""
        check_served(exchange, supplier_id)
        return schemas.supplier_view(exchange.profile, council=caller.council, pushes=bool(secrets))

    async def take_webhook(supplier_id: str, request: Request) -> schemas.Receipt:
        """A message in the supplier's own form, signed (Standard Webhooks 1.0). The same id twice is one message."""
        check_served(exchange, supplier_id)
        content_type = request.headers.get("content-type", "")
        return await _take_push(engine, exchange, request, secrets=secrets, content_type=content_type)

    async def take_despatch(supplier_id: str, request: Request) -> schemas.Receipt:
        """A despatch advice in the canonical form, signed like any push; open to every supplier."""
        check_served(exchange, supplier_id)
        return await _take_push(engine, exchange, request, secrets=secrets, content_type=CANONICAL_DESPATCH)

    router.add_api_route("", get_supplier, methods=["GET"])
    router.add_api_route("/webhooks", take_webhook, methods=["POST"], status_code=202)
    router.add_api_route("/despatches", take_despatch, methods=["POST"], status_code=202, openapi_extra=_DESPATCH_BODY)
    return router


def messages_router(engine: AsyncEngine) -> APIRouter:
    """`/v1/messages`: everything exchanged, byte for byte."""
    router = APIRouter(prefix="/v1/messages", tags=["messages"])

    async def list_messages(
        caller: Reader, query: Annotated[schemas.MessageQuery, Depends()], limit: Limit = 50, cursor: Cursor = None
    ) -> Page[schemas.MessageView]:
        """Messages, newest first. A council sees those that touch its orders."""
        narrowed = Filter(**query.model_dump(), council=caller.council)
        async with engine.connect() as connection:
            rows = await messages.page(connection, narrowed, limit=limit + 1, before=_before(cursor))
        last = rows[limit - 1] if len(rows) > limit else None
        following = encode_cursor(str(last.seq)) if last else None
        return Page(items=[schemas.message_view(row) for row in rows[:limit]], next_cursor=following)

    async def get_message(message_id: UUID, caller: Reader) -> schemas.MessageDetail:
        """One message, what was found in it, and every move it made."""
        async with engine.connect() as connection:
            return await _detail(connection, await _visible(connection, message_id, caller))

    async def get_raw(message_id: UUID, caller: Reader) -> Response:
        """The bytes as they were exchanged. A council gets them only where they concern no other."""
        async with engine.connect() as connection:
            message = await _own(connection, message_id, caller)
            body = await messages.body_of(connection, message_id)
        # Never shown in place: the bytes are a stranger's.
        headers = {"Content-Disposition": f'attachment; filename="{message.id}"', "X-Content-Type-Options": "nosniff"}
        return Response(body, media_type="application/octet-stream", headers=headers)

    router.add_api_route("", list_messages, methods=["GET"])
    router.add_api_route("/{message_id}", get_message, methods=["GET"])
    router.add_api_route("/{message_id}/raw", get_raw, methods=["GET"], response_class=Response)
    return router


def decisions_router(engine: AsyncEngine, exchange: Exchange) -> APIRouter:
    """`/v1/messages/{id}`: what people decide about a message that waits for them."""
    router = APIRouter(prefix="/v1/messages", tags=["messages"])

    async def replay(message_id: UUID, body: schemas.Reason, caller: Writer) -> schemas.MessageDetail:
        """Read and apply a kept message again, or write a failed order again. Nothing is applied twice."""
        async with engine.begin() as connection:
            await _own(connection, message_id, caller)
            message = await decisions.replay(connection, exchange, message_id, actor=caller.subject, reason=body.reason)
            return await _detail(connection, message)

    async def release(message_id: UUID, body: schemas.Release, caller: Writer) -> schemas.MessageDetail:
        """Settle a message of unknown fate: send it again under the same reference, or count it as sent."""
        async with engine.begin() as connection:
            await _own(connection, message_id, caller)
            message = await decisions.release(
                connection, exchange, message_id, decision=body.decision, actor=caller.subject, reason=body.reason
            )
            return await _detail(connection, message)

    async def discard(message_id: UUID, body: schemas.Reason, caller: Writer) -> schemas.MessageDetail:
        """Close a message that waits for a person. Its bytes stay."""
        async with engine.begin() as connection:
            await _own(connection, message_id, caller)
            message = await decisions.discard(connection, exchange, message_id, actor=caller.subject, reason=body.reason)
            return await _detail(connection, message)

    router.add_api_route("/{message_id}/replay", replay, methods=["POST"])
    router.add_api_route("/{message_id}/release", release, methods=["POST"])
    router.add_api_route("/{message_id}/discard", discard, methods=["POST"])
    return router


async def _take_push(
    engine: AsyncEngine, exchange: Exchange, request: Request, *, secrets: Sequence[SecretStr], content_type: str
) -> schemas.Receipt:
    push = verify_push(request.headers, await request.body(), secrets)
    if len(push.push_id) > _LONGEST_PUSH_ID:
        raise DomainError("push-id-too-long", f"`webhook-id` has {_LONGEST_PUSH_ID} characters at most.", Kind.MALFORMED)
    raw = RawMessage(push.push_id, push.body, content_type[:100])
    async with engine.begin() as connection:
        kept = await intake.keep_inbound(connection, exchange, raw, push_id=push.push_id)
        return schemas.Receipt(message_id=kept or await messages.id_of_push(connection, push.push_id))


async def _visible(connection: AsyncConnection, message_id: UUID, caller: Principal) -> Message:
    message = await messages.find(connection, message_id)
    if caller.council is not None and caller.council not in message.councils:
        raise no_such_message(message_id)
    return message


async def _own(connection: AsyncConnection, message_id: UUID, caller: Principal) -> Message:
    """The message, where no other council than the caller's is concerned."""
    message = await _visible(connection, message_id, caller)
    if caller.council is not None and set(message.councils) != {caller.council}:
        raise DomainError("other-councils-too", "The message concerns other councils too; ask operations staff.", Kind.FORBIDDEN)
    return message


async def _detail(connection: AsyncConnection, message: Message) -> schemas.MessageDetail:
    return schemas.message_detail(message, await messages.history(connection, message.id))


def _before(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    (seq,) = decode_cursor(cursor, count=1)
    if not seq.isdecimal() or len(seq) > 18:
        raise bad_cursor()
    return int(seq)
