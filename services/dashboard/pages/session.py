"""Signing in, the session that pages share, and the templates and static files of all pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from services.dashboard.api import SCOPE
from services.dashboard.domain.visitors import Role, Visitor
from services.dashboard.pages.rendering import HEADERS, rendered
from shared.auth import Authenticator, Principal
from shared.clock import Clock
from shared.errors import DomainError, Kind

_COOKIE = "session"
_STATIC = {
    "style.css": "text/css",
    "live.js": "text/javascript",
    "htmx.min.js": "text/javascript",
    "idiomorph.min.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}


def visitor_of(request: Request) -> Visitor:
    """Returns the person at the page. Raises DomainError: 401 or 403 for whoever has to sign in."""
    token = request.cookies.get(_COOKIE, "")
    principal = _principal(request, token)
    writes = any(scope.endswith(":write") for scope in principal.scopes)
    return Visitor(
        subject=principal.subject,
        name=principal.subject,
        council=principal.council,
        role=Role.ADMIN if writes else Role.VIEWER,
        scopes=principal.scopes,
        token=token,
        form_key=form_key_of(token),
    )


def form_key_of(token: str) -> str:
    """Returns what the forms of a person with this token must carry."""
    return hashlib.sha256(f"form {token}".encode()).hexdigest()


def sign_in_page(request: Request, error: DomainError | None) -> Response:
    """Returns the page that says how to sign in, and what was wrong with the session, if there was one."""
    return _sign_in_page(request, error if _COOKIE in request.cookies else None)


def session_router(clock: Clock) -> APIRouter:
    """Returns the routes of `/login` and `/static/`."""
    router = APIRouter(include_in_schema=False)

    async def login(request: Request, token: str = "") -> Response:
        try:
            visitor = _principal(request, token)
        except DomainError as error:
            return _sign_in_page(request, error)
        # Not a redirect: after a link from another site, the browser would not send a SameSite=Strict cookie with it.
        answer = HTMLResponse(rendered("welcome.html", clock.now(), visitor=None, notice=None, path="/login"), headers=HEADERS)
        answer.set_cookie(
            _COOKIE,
            token,
            max_age=visitor.expires_at - int(clock.now().timestamp()),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer

    router.add_api_route("/login", login, methods=["GET"])
    for name, media_type in _STATIC.items():
        router.add_api_route(f"/static/{name}", _static(name, media_type), methods=["GET"])
    return router


def _principal(request: Request, token: str) -> Principal:
    authenticator: Authenticator = request.app.state.authenticator
    principal = authenticator.authenticate(f"Bearer {token}")
    if SCOPE not in principal.scopes:
        raise DomainError("missing-scope", f"Your token does not hold the scope `{SCOPE}`.", Kind.FORBIDDEN)
    return principal


def _sign_in_page(request: Request, error: DomainError | None) -> Response:
    detail = "" if error is None else error.detail
    page = rendered("sign_in.html", request.app.state.clock.now(), visitor=None, notice=None, path="", scope=SCOPE, detail=detail)
    return HTMLResponse(page, status_code=401 if error is None else error.kind.value, headers=HEADERS)


def _static(name: str, media_type: str) -> Callable[[], Response]:
    content = files("services.dashboard").joinpath("static", name).read_bytes()

    def static() -> Response:
        return Response(content, media_type=media_type, headers={**HEADERS, "Cache-Control": "no-cache"})

    return static
