"""The pages of the catalogue: its search, and a title with the source of each field, which staff may fix."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from services.dashboard.domain.titles import verdict_on_title
from services.dashboard.pages.frame import Operating, Reason, Visiting, acted, page, pages_router
from services.dashboard.pages.narrowing import Narrowed, narrowed
from services.dashboard.usecases.titles import Titles

_PREFIX = "/catalogue"


def catalogue_router(titles: Titles) -> APIRouter:
    """Returns the routes of `/catalogue` that show."""
    router = pages_router(_PREFIX)

    async def search(request: Request, visitor: Visiting, q: Narrowed = "", cursor: str = "") -> Response:
        given = {name: request.query_params.get(name, "")[:100] for name in _FACETS}
        filters = narrowed(q=q, **given)
        seen = await titles.search(visitor.token, filters=filters, cursor=cursor)
        return page(request, visitor, "catalogue.html", seen=seen, filters=filters, cursor=cursor, facets=_FACETS)

    async def show(request: Request, visitor: Visiting, isbn: str) -> Response:
        seen = await titles.read(isbn, visitor.token)
        low, line, advice = verdict_on_title(seen.title)
        may_fix = visitor.operates and visitor.council is not None
        said = {"low": low, "line": line, "advice": advice}
        return page(request, visitor, "title.html", seen=seen, title=seen.title, said=said, may_fix=may_fix)

    router.add_api_route("", search, methods=["GET"])
    router.add_api_route("/{isbn}", show, methods=["GET"])
    return router


def fixes_router(titles: Titles) -> APIRouter:
    """Returns the routes of `/catalogue` by which staff fix a title."""
    router = pages_router(_PREFIX)

    async def fix(
        request: Request,
        visitor: Operating,
        isbn: str,
        field: Annotated[str, Form(max_length=40)],
        value: Annotated[str, Form(max_length=20_000)] = "",
        reason: Reason = "",
    ) -> Response:
        doing = titles.fix(isbn, visitor.token, field=field, value=value, reason=reason)
        return await acted(request, doing, then=f"{_page_of(isbn)}#{quote(field)}", done="Fixed: it stays until it is lifted.")

    async def lift(request: Request, visitor: Operating, isbn: str, fix_id: UUID, reason: Reason = "") -> Response:
        doing = titles.lift(isbn, fix_id, visitor.token, reason=reason)
        return await acted(request, doing, then=_page_of(isbn), done="Lifted: the field is again what suppliers' records state.")

    router.add_api_route("/{isbn}/fixes", fix, methods=["POST"])
    router.add_api_route("/{isbn}/fixes/{fix_id}/lift", lift, methods=["POST"])
    return router


# Parameter of the catalogue's search and of this page, and its words.
_FACETS = {
    "language": "Language",
    "form": "Binding",
    "supplier_id": "Supplier",
    "availability": "Availability",
    "subject": "Subject",
    "published_from": "Published from",
    "published_until": "Published until",
}


def _page_of(isbn: str) -> str:
    return f"{_PREFIX}/{quote(isbn, safe='')}"
