"""Who is at a page: the cookie of the browser's session, and the static files of all pages."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.dashboard.domain.visitors import Visitor
from services.dashboard.pages.rendering import HEADERS
from services.dashboard.signing_in.sessions import Sessions

SESSION = "session"

_STATIC = {
    "style.css": "text/css",
    "live.js": "text/javascript",
    "keys.js": "text/javascript",
    "contents.js": "text/javascript",
    "receive.js": "text/javascript",
    "receive-queue.js": "text/javascript",
    "receive-list.js": "text/javascript",
    "receive-sending.js": "text/javascript",
    "htmx.min.js": "text/javascript",
    "idiomorph.min.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}


def sessions_of(request: Request) -> Sessions:
    """Returns the sessions of this dashboard."""
    sessions: Sessions = request.app.state.sessions
    return sessions


def secret_of(request: Request) -> str:
    """Returns the secret of the browser's session; "" without one."""
    return text_of(request, SESSION)


async def visitor_of(request: Request) -> Visitor | None:
    """Returns the person at the page; None for nobody. Raises DomainError (429 or 503) where that cannot be said now."""
    secret = secret_of(request)
    return await sessions_of(request).visitor(secret, in_use=by_person(request)) if secret else None


def by_person(request: Request) -> bool:
    """Returns whether a person caused a request. What an open page asks by itself keeps no session alive."""
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return request.method != "GET" or (mode == "navigate" and "HX-Request" not in request.headers)


def text_of(request: Request, name: str) -> str:
    """Returns the text of a cookie; "" without one."""
    return request.cookies.get(_named(request, name), "")


def keep_cookie(request: Request, answer: Response, name: str, text: str, *, seconds: int | None = None) -> None:
    """Gives the browser a cookie that no script reads; without `seconds`, until the browser is closed.

    Lax, not Strict: the browser comes back from the provider, and from the link of an alert, by a navigation that another site
    began. No form of another site gets a session by it, and ours carry a key besides.
    """
    answer.set_cookie(
        _named(request, name), text, max_age=seconds, httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )


def drop_cookie(request: Request, answer: Response, name: str) -> None:
    """Has the browser forget a cookie."""
    answer.delete_cookie(_named(request, name), httponly=True, samesite="lax", secure=request.url.scheme == "https")


def _named(request: Request, name: str) -> str:
    """Returns what a cookie is called: with TLS, as browsers take it from this host alone and never without TLS."""
    return f"__Host-{name}" if request.url.scheme == "https" else name


def static_router() -> APIRouter:
    """Returns the routes of `/static/`."""
    router = APIRouter(include_in_schema=False)
    for name, media_type in _STATIC.items():
        router.add_api_route(f"/static/{name}", _static(name, media_type), methods=["GET"])
    return router


def _static(name: str, media_type: str) -> Callable[[], Response]:
    content = files("services.dashboard").joinpath("static", name).read_bytes()

    def static() -> Response:
        return Response(content, media_type=media_type, headers={**HEADERS, "Cache-Control": "no-cache"})

    return static
