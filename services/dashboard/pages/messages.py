"""The page of a message in an exchange: what is wrong, its bytes beside its tree, what was made of it, and decisions about it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, Field

from services.dashboard.domain import links
from services.dashboard.domain import messages as wording
from services.dashboard.domain.contents import reference_at, references_by_value
from services.dashboard.domain.mappings import FIELDS, Mapped
from services.dashboard.domain.visitors import Visitor
from services.dashboard.pages.frame import Operating, Reason, Version, Visiting, acted, page, pages_router
from services.dashboard.pages.rendering import HEADERS
from services.dashboard.usecases.contents import Window
from services.dashboard.usecases.messages import Asked, Decided, Exchanges, SeenMessage

_PREFIX = "/messages/{supplier_id}/{message_id}"
_WRITE = "exchange:write"
_BYTES = "application/octet-stream"
_LONGEST = 100

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
After = Annotated[int, Query(ge=0, le=2**31 - 1)]
Decision = Annotated[Literal["replay", "discard", "resend", "treat_as_sent"], Form()]
Written = Annotated[str, Field(min_length=1, max_length=_LONGEST)]

_DONE = {
    "replay": "It is read or sent again now.",
    "discard": "Discarded: it waits no longer. Its bytes are kept.",
    "resend": "It is sent again now, under the same number.",
    "treat_as_sent": "It counts as sent from now on.",
}


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A reference that the address of a page names, to be mapped."""

    map: Annotated[str, Query(max_length=40)] = ""
    theirs: Annotated[str, Query(max_length=_LONGEST)] = ""
    ours: Annotated[str, Query(max_length=_LONGEST)] = ""

    def mapped(self) -> Mapped | None:
        """Returns the reference; None where the address names none."""
        return Mapped(self.map, self.theirs, self.ours.strip()) if self.map in FIELDS and self.theirs else None


class _MapForm(BaseModel):
    """The form that maps a reference and replays the message in the version that the page showed."""

    field: Written
    theirs: Written
    ours: Written
    version: Annotated[int, Field(ge=0, le=2**31 - 1)]
    scope: Literal["message", "supplier"] = "message"
    reason: Annotated[str, Field(max_length=2_000)] = ""


Chosen = Annotated[_Chosen, Depends(_Chosen)]


def messages_router(exchanges: Exchanges) -> APIRouter:
    """Returns the routes of `/messages/{supplier_id}/{message_id}`."""
    router = pages_router(_PREFIX)

    async def show(
        request: Request,
        visitor: Visiting,
        supplier_id: str,
        message_id: UUID,
        chosen: Chosen,
        after: After = 0,
        cursor: str = "",
    ) -> Response:
        previewed = "preview" in request.query_params
        asked = Asked(Window(after), cursor, chosen.mapped(), previewed)
        return _shown(request, visitor, await exchanges.read(supplier_id, message_id, visitor.token, asked), cursor)

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
    _add_mapping(router, exchanges)
    return router


def _add_mapping(router: APIRouter, exchanges: Exchanges) -> None:
    async def map_and_replay(
        request: Request, visitor: Operating, supplier_id: str, message_id: UUID, form: Annotated[_MapForm, Form()]
    ) -> Response:
        mapped = Mapped(form.field, form.theirs, form.ours, everywhere=form.scope == "supplier")
        decided = Decided("replay", form.version, form.reason)
        doing = exchanges.map_and_replay(supplier_id, message_id, visitor.token, mapped, decided)
        # Where it is refused, the person is to see the same choice again.
        then = f"{links.message(supplier_id, message_id)}?{_address(mapped)}"
        done = f"“{form.theirs}” is read as “{form.ours}” ({mapped.named}). The message is read again now."
        return await acted(request, doing, then=then, done=done)

    router.add_api_route("/map", map_and_replay, methods=["POST"])


def bytes_router(exchanges: Exchanges) -> APIRouter:
    """Returns the routes of a message's bytes, and of those of a record that is kept aside."""
    router = pages_router(_PREFIX)

    async def raw(visitor: Visiting, supplier_id: str, message_id: UUID) -> Response:
        return download(await exchanges.raw(supplier_id, message_id, visitor.token), str(message_id))

    async def raw_aside(visitor: Visiting, supplier_id: str, message_id: UUID, number: Number) -> Response:
        found = await exchanges.raw_aside(supplier_id, message_id, visitor.token, number)
        return download(found, f"{message_id}-{number}")

    router.add_api_route("/raw", raw, methods=["GET"])
    router.add_api_route("/kept-aside/{number}", raw_aside, methods=["GET"])
    return router


def _shown(request: Request, visitor: Visitor, seen: SeenMessage, cursor: str) -> Response:
    known = references_by_value(seen.correcting.references)
    return page(
        request,
        visitor,
        "message.html",
        seen=seen,
        message=seen.message,
        progress=seen.message.progress,
        verdict=wording.verdict_on(seen.message),
        wording=wording,
        here=links.message(seen.supplier_id, seen.message.message_id),
        may_decide=visitor.operates and visitor.may(_WRITE),
        cursor=cursor,
        reference_at=partial(reference_at, known=known),
        wrong=[each for each in seen.correcting.references if each.is_wrong],
        fields=FIELDS,
    )


def _address(mapped: Mapped) -> str:
    """Returns the part of an address that chooses a reference and what it means."""
    return urlencode({"map": mapped.field, "theirs": mapped.theirs, "ours": mapped.ours})


def download(chunks: AsyncIterator[bytes], name: str) -> Response:
    """Returns bytes as a file that no browser displays: they come from outside and are not trusted."""
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(chunks, media_type=_BYTES, headers=headers)
