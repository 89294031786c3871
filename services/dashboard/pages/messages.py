"""The page of a message in an exchange: how far it is read, what is wrong, what to do, and the decisions of staff about it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from services.dashboard.domain import messages as wording
from services.dashboard.pages.deciding import FORM_HEADERS, answered, check_origin
from services.dashboard.pages.session import HEADERS, templates, token_of
from services.dashboard.usecases.messages import Decided, Exchanges, SeenMessage
from shared.auth import Principal
from shared.clock import Clock
from shared.errors import DomainError

_PREFIX = "/messages/{supplier_id}/{message_id}"
_WRITE = "exchange:write"
_BYTES = "application/octet-stream"

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Decision = Annotated[Literal["replay", "discard"], Form()]
Version = Annotated[int, Form(ge=0, le=2**31 - 1)]
Reason = Annotated[str, Form()]


def render(seen: SeenMessage, at: datetime, visitor: Principal, *, cursor: str = "", refused: str = "", reason: str = "") -> str:
    """Renders the page of a message. `refused`: why a decision, for which `reason` was given, was not taken."""
    return templates.get_template("message.html").render(
        seen=seen,
        message=seen.message,
        progress=seen.message.progress,
        verdict=wording.verdict_on(seen.message),
        wording=wording,
        at=at,
        council=visitor.council,
        may_decide=_WRITE in visitor.scopes,
        cursor=cursor,
        refused=refused,
        reason=reason,
    )


def messages_router(exchanges: Exchanges, clock: Clock) -> APIRouter:
    """Returns the routes of `/messages/{supplier_id}/{message_id}`."""
    router = APIRouter(prefix=_PREFIX, include_in_schema=False)

    async def show(request: Request, supplier_id: str, message_id: UUID, cursor: str = "") -> Response:
        async def page(visitor: Principal) -> Response:
            seen = await exchanges.read(supplier_id, message_id, token_of(request), cursor=cursor)
            return HTMLResponse(render(seen, clock.now(), visitor, cursor=cursor), headers=FORM_HEADERS)

        return await answered(request, page)

    async def decide(
        request: Request, supplier_id: str, message_id: UUID, decision: Decision, version: Version, reason: Reason = ""
    ) -> Response:
        async def page(visitor: Principal) -> Response:
            check_origin(request)
            token, refused = token_of(request), ""
            try:
                await exchanges.decide(supplier_id, message_id, token, Decided(decision, version, reason))
            except DomainError as error:
                refused, status = error.detail, error.kind.value
            if not refused:
                return RedirectResponse(f"/messages/{supplier_id}/{message_id}", status_code=303, headers=FORM_HEADERS)
            seen = await exchanges.read(supplier_id, message_id, token, cursor="")
            body = render(seen, clock.now(), visitor, refused=refused, reason=reason)
            return HTMLResponse(body, status_code=status, headers=FORM_HEADERS)

        return await answered(request, page)

    router.add_api_route("", show, methods=["GET"])
    router.add_api_route("", decide, methods=["POST"])
    return router


def bytes_router(exchanges: Exchanges) -> APIRouter:
    """Returns the routes of a message's bytes, and of those of a record that is kept aside."""
    router = APIRouter(prefix=_PREFIX, include_in_schema=False)

    async def raw(request: Request, supplier_id: str, message_id: UUID) -> Response:
        async def chunks(_: Principal) -> Response:
            return _download(await exchanges.raw(supplier_id, message_id, token_of(request)), str(message_id))

        return await answered(request, chunks)

    async def raw_aside(request: Request, supplier_id: str, message_id: UUID, number: Number) -> Response:
        async def chunks(_: Principal) -> Response:
            found = await exchanges.raw_aside(supplier_id, message_id, token_of(request), number)
            return _download(found, f"{message_id}-{number}")

        return await answered(request, chunks)

    router.add_api_route("/raw", raw, methods=["GET"])
    router.add_api_route("/kept-aside/{number}", raw_aside, methods=["GET"])
    return router


def _download(chunks: AsyncIterator[bytes], name: str) -> Response:
    """Returns bytes as a file that no browser displays: they come from outside and are not trusted."""
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(chunks, media_type=_BYTES, headers=headers)
