"""Serves pages on which a person decides: only to who is signed in, and only forms of this dashboard may send a decision."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from services.dashboard.pages.session import HEADERS, sign_in_page, templates, visitor_of
from shared.auth import Principal
from shared.errors import DomainError, Kind

# The form of a decision is sent to this server only.
_POLICY = HEADERS["Content-Security-Policy"].replace("form-action 'none'", "form-action 'self'")
FORM_HEADERS = {**HEADERS, "Content-Security-Policy": _POLICY}


async def answered(request: Request, answer: Callable[[Principal], Awaitable[Response]]) -> Response:
    """Returns the answer for whoever is signed in; else how to sign in, or in a sentence why there is no answer."""
    try:
        visitor = visitor_of(request)
    except DomainError as error:
        return sign_in_page(request, error)
    try:
        return await answer(visitor)
    except DomainError as error:
        page = templates.get_template("not_shown.html").render(detail=error.detail)
        return HTMLResponse(page, status_code=error.kind.value, headers=FORM_HEADERS)


def check_origin(request: Request) -> None:
    """Raises DomainError (403) for a form of another page. SameSite=Strict lets pages of our own site's other hosts pass."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise DomainError("other-origin", "Decide on the page of this dashboard.", Kind.FORBIDDEN)
