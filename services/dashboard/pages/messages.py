"""The page of a message in an exchange: how far it is read, what is wrong, what to do, and the decisions of staff about it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response, StreamingResponse

from services.dashboard.domain import links
from services.dashboard.domain import messages as wording
from services.dashboard.domain.visitors import Visitor
from services.dashboard.pages.frame import Operating, Reason, Visiting, acted, page, pages_router
from services.dashboard.pages.rendering import HEADERS
from services.dashboard.usecases.messages import Decided, Exchanges, SeenMessage

_PREFIX = "/messages/{supplier_id}/{message_id}"
_WRITE = "exchange:write"
_BYTES = "application/octet-stream"

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Decision = Annotated[Literal["replay", "discard"], Form()]
Version = Annotated[int, Form(ge=0, le=2**31 - 1)]

_DONE = {"replay": "It is read or sent again now.", "discard": "Discarded: it waits no longer. Its bytes are kept."}


def messages_router(exchanges: Exchanges) -> APIRouter:
    """Returns the routes of `/messages/{supplier_id}/{message_id}`."""
    router = pages_router(_PREFIX)

    async def show(request: Request, visitor: Visiting, supplier_id: str, message_id: UUID, cursor: str = "") -> Response:
        seen = await exchanges.read(supplier_id, message_id, visitor.token, cursor=cursor)
        return _shown(request, visitor, seen, cursor)

    async def decide(
        request: Request,
        visitor: Operating,
        supplier_id: str,
        message_id: UUID,
        decision: Decision,
        version: Version,
        reason: Reason = "",
    ) -> Response:
        doing = exchanges.decide(supplier_id, message_id, visitor.token, Decided(decision, version, reason))
        return await acted(request, doing, then=links.message(supplier_id, message_id), done=_DONE[decision])

    router.add_api_route("", show, methods=["GET"])
    router.add_api_route("", decide, methods=["POST"])
    return router


def bytes_router(exchanges: Exchanges) -> APIRouter:
    """Returns the routes of a message's bytes, and of those of a record that is kept aside."""
    router = pages_router(_PREFIX)

    async def raw(visitor: Visiting, supplier_id: str, message_id: UUID) -> Response:
        return _download(await exchanges.raw(supplier_id, message_id, visitor.token), str(message_id))

    async def raw_aside(visitor: Visiting, supplier_id: str, message_id: UUID, number: Number) -> Response:
        found = await exchanges.raw_aside(supplier_id, message_id, visitor.token, number)
        return _download(found, f"{message_id}-{number}")

    router.add_api_route("/raw", raw, methods=["GET"])
    router.add_api_route("/kept-aside/{number}", raw_aside, methods=["GET"])
    return router


def _shown(request: Request, visitor: Visitor, seen: SeenMessage, cursor: str) -> Response:
    return page(
        request,
        visitor,
        "message.html",
        seen=seen,
        message=seen.message,
        progress=seen.message.progress,
        verdict=wording.verdict_on(seen.message),
        wording=wording,
        may_decide=visitor.operates and visitor.may(_WRITE),
        cursor=cursor,
    )


def _download(chunks: AsyncIterator[bytes], name: str) -> Response:
    """Returns bytes as a file that no browser displays: they come from outside and are not trusted."""
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(chunks, media_type=_BYTES, headers=headers)
