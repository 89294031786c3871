"""The page of a file of an LMS's mailbox: what is wrong, its bytes beside its tree and its orders, and decisions about it."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from services.dashboard.domain import links
from services.dashboard.domain import mailbox_files as wording
from services.dashboard.domain.messages import size_in_words
from services.dashboard.pages.frame import Operating, Reason, Version, Visiting, acted, page, pages_router
from services.dashboard.pages.messages import After, download
from services.dashboard.usecases.contents import Window
from services.dashboard.usecases.mailbox_files import Mailboxes

_PREFIX = "/files/{message_id}"
_WRITE = "lms:write"
_DONE = {
    "replay": "It is read again now.",
    "discard": "Discarded: it waits no longer. Its bytes are kept.",
    "offer-again": "It is in the mailbox again.",
}

Decision = Annotated[Literal["replay", "discard", "offer-again"], Form()]


def mailbox_files_router(mailboxes: Mailboxes) -> APIRouter:
    """Returns the routes of `/files/{message_id}`."""
    router = pages_router(_PREFIX)

    async def show(request: Request, visitor: Visiting, message_id: UUID, after: After = 0) -> Response:
        file, content = await mailboxes.read(message_id, visitor.token, Window(after))
        return page(
            request,
            visitor,
            "file.html",
            file=file,
            content=content,
            verdict=wording.verdict_on(file),
            wording=wording,
            size=size_in_words(file.size),
            may_decide=visitor.operates and visitor.may(_WRITE),
        )

    async def decide(
        request: Request, visitor: Operating, message_id: UUID, decision: Decision, version: Version, reason: Reason = ""
    ) -> Response:
        doing = mailboxes.decide(message_id, visitor.token, decision=decision, version=version, reason=reason)
        return await acted(request, doing, then=links.file(message_id), done=_DONE[decision])

    async def raw(visitor: Visiting, message_id: UUID) -> Response:
        return download(await mailboxes.raw(message_id, visitor.token), str(message_id))

    router.add_api_route("", show, methods=["GET"])
    router.add_api_route("", decide, methods=["POST"])
    router.add_api_route("/raw", raw, methods=["GET"])
    return router
