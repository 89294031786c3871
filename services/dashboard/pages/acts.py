"""The page of the audit trail: who did what in all services, when and why, and the same as a file."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from services.dashboard.domain.acts import Wanted, kind_in_words
from services.dashboard.domain.deeds import KINDS_OF_ACTS
from services.dashboard.domain.owners import owner_in_words
from services.dashboard.pages.frame import Visiting, page, pages_router
from services.dashboard.pages.rendering import HEADERS
from services.dashboard.usecases.acts import Trail

_PREFIX = "/audit"


class AuditQuery(Wanted):
    """The filters of the page, and where in the list it begins."""

    cursor: str = ""


def audit_router(trail: Trail) -> APIRouter:
    """Returns the routes of `/audit`."""
    router = pages_router(_PREFIX)

    async def show(request: Request, visitor: Visiting, query: Annotated[AuditQuery, Query()]) -> Response:
        seen = await trail.read(visitor.token, query, cursor=query.cursor)
        filters = {name: value for name, value in query.query.items() if name != "cursor"}
        following = {**filters, "cursor": seen.next_cursor}
        return page(
            request,
            visitor,
            "audit.html",
            seen=seen,
            owner_in_words=owner_in_words,
            wanted=query,
            services=[(name, owner_in_words(name)) for name in trail.names],
            kinds=sorted(((kind, kind_in_words(kind)) for kind in KINDS_OF_ACTS), key=lambda each: each[1]),
            export=f"{_PREFIX}/export?{urlencode(filters)}",
            first=f"{_PREFIX}?{urlencode(filters)}" if query.cursor else "",
            next=f"{_PREFIX}?{urlencode(following)}" if seen.next_cursor else "",
        )

    async def export(visitor: Visiting, query: Annotated[AuditQuery, Query()]) -> Response:
        parts = await trail.as_csv(visitor.token, query)
        named = {"Content-Disposition": 'attachment; filename="audit.csv"', "X-Content-Type-Options": "nosniff"}
        return StreamingResponse(parts, media_type="text/csv; charset=utf-8", headers={**HEADERS, **named})

    router.add_api_route("", show, methods=["GET"])
    router.add_api_route("/export", export, methods=["GET"])
    return router
