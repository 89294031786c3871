"""Signing in, the session that pages share, and the templates and static files of all pages."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from services.dashboard.api import SCOPE
from services.dashboard.domain import words
from shared.auth import Authenticator, Principal
from shared.clock import Clock
from shared.errors import DomainError, Kind
from shared.http.policy import PAGE_POLICY
from shared.records.reasons import reason_in_words

HEADERS = {**PAGE_POLICY, "Cache-Control": "no-store"}

_COOKIE = "session"
_STATIC = {"overview.css": "text/css", "overview.js": "text/javascript", "icon.svg": "image/svg+xml"}

templates = Environment(loader=PackageLoader("services.dashboard"), autoescape=True, undefined=StrictUndefined)
templates.trim_blocks = templates.lstrip_blocks = True
templates.filters |= {
    "kind": words.kind_in_words,
    "discrepancy": words.discrepancy_in_words,
    "outcome": words.outcome_in_words,
    "leg": words.leg_in_words,
    "reason": reason_in_words,
}


def token_of(request: Request) -> str:
    """Returns the token of the browser's session; "" without one."""
    return request.cookies.get(_COOKIE, "")


def visitor_of(request: Request) -> Principal:
    """Returns the person at the page. Raises DomainError: 401 or 403 for whoever has to sign in."""
    return _visitor(request, token_of(request))


def sign_in_page(request: Request, error: DomainError) -> Response:
    """Returns the page that says how to sign in, and what was wrong with the session, if there was one."""
    return _sign_in_page(error if _COOKIE in request.cookies else None)


def session_router(clock: Clock) -> APIRouter:
    """Returns the routes of `/login` and `/static/`."""
    router = APIRouter(include_in_schema=False)

    async def login(request: Request, token: str = "") -> Response:
        try:
            visitor = _visitor(request, token)
        except DomainError as error:
            return _sign_in_page(error)
        # Not a redirect: after a link from another site, the browser would not send a SameSite=Strict cookie with it.
        answer = HTMLResponse(templates.get_template("welcome.html").render(), headers=HEADERS)
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


def _visitor(request: Request, token: str) -> Principal:
    authenticator: Authenticator = request.app.state.authenticator
    principal = authenticator.authenticate(f"Bearer {token}")
    if SCOPE not in principal.scopes:
        raise DomainError("missing-scope", f"Your token does not hold the scope `{SCOPE}`.", Kind.FORBIDDEN)
    return principal


def _sign_in_page(error: DomainError | None) -> Response:
    page = templates.get_template("sign_in.html").render(scope=SCOPE, detail="" if error is None else error.detail)
    return HTMLResponse(page, status_code=401 if error is None else error.kind.value, headers=HEADERS)


def _static(name: str, media_type: str) -> Callable[[], Response]:
    content = files("services.dashboard").joinpath("static", name).read_bytes()

    def static() -> Response:
        return Response(content, media_type=media_type, headers={**HEADERS, "Cache-Control": "no-cache"})

    return static
