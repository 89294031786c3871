"""Signing in and out: the way to the provider and back, and the sentences where that did not work."""

from __future__ import annotations

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from services.dashboard.domain.returning import HOME, own_path
from services.dashboard.pages.frame import Leaving, page, pages_router
from services.dashboard.pages.rendering import HEADERS
from services.dashboard.pages.session import SESSION, drop_cookie, keep_cookie, secret_of, sessions_of, text_of
from services.dashboard.signing_in.failures import not_set_up, refused
from services.dashboard.signing_in.provider import Provider, Started
from shared.errors import DomainError

# What a sign-in that was begun must find again; for so long a person may take at the provider.
_COOKIE, _SECONDS = "sign-in", 900
_DONE, _SIGNED_OUT = "/sign-in/done", "/signed-out"


@dataclass(frozen=True, slots=True)
class _Begun:
    """A sign-in that this browser began, and the page that it is for."""

    started: Started
    path: str

    def __str__(self) -> str:
        path = urlsafe_b64encode(self.path.encode()).decode().rstrip("=")
        return ".".join((self.started.state, self.started.nonce, self.started.verifier, path))


def _read(text: str) -> _Begun | None:
    """Returns what a cookie says; None for one that nobody here wrote."""
    try:
        state, nonce, verifier, path = text.split(".")
        return _Begun(Started(state, nonce, verifier), urlsafe_b64decode(f"{path}==").decode())
    except (ValueError, binascii.Error):
        return None


def sign_in_router() -> APIRouter:
    """Returns the routes of `/sign-in`, `/sign-out` and `/signed-out`."""
    router = pages_router()
    router.add_api_route("/sign-in", _begin, methods=["GET"])
    router.add_api_route(_DONE, _done, methods=["GET"])
    router.add_api_route("/sign-out", _leave, methods=["POST"])
    router.add_api_route(_SIGNED_OUT, _left, methods=["GET"])
    return router


async def _begin(request: Request, next: str = HOME) -> Response:
    begun = _Begun(Started(), own_path(next))
    try:
        address = await _provider(request).address(begun.started, _own(request, _DONE))
    except DomainError as error:
        return _not_signed_in(request, error, begun.path)
    answer = RedirectResponse(address, status_code=303, headers=HEADERS)
    keep_cookie(request, answer, _COOKIE, str(begun), seconds=_SECONDS)
    return answer


async def _done(request: Request, code: str = "", state: str = "", iss: str = "", error: str = "") -> Response:
    begun = _read(text_of(request, _COOKIE))
    path = own_path(begun.path) if begun else HOME
    try:
        if begun is None or not hmac.compare_digest(begun.started.state.encode(), state.encode()):
            raise refused("This sign-in was not begun in this browser, or took too long. Sign in again.")
        if error or not code:
            raise refused(f"The provider of sign-in did not sign you in ({error[:100] or 'no code'}).")
        grant = await _provider(request).exchange(begun.started, _own(request, _DONE), code=code, issuer=iss)
        cookie = await sessions_of(request).begin(grant, instead_of=secret_of(request))
    except DomainError as failed:
        answer = _not_signed_in(request, failed, path)
    else:
        answer = RedirectResponse(path, status_code=303, headers=HEADERS)
        keep_cookie(request, answer, SESSION, cookie.secret)
    drop_cookie(request, answer, _COOKIE)
    return answer


async def _leave(request: Request, _: Leaving) -> Response:
    sessions = sessions_of(request)
    await sessions.end(secret_of(request))
    try:
        address = await sessions.provider.sign_out_address(_own(request, _SIGNED_OUT)) if sessions.provider else ""
    except DomainError:
        address = ""
    # Not a redirect: browsers hold those of a form against `form-action`, which names this server alone.
    answer = page(request, None, "signed_out.html", address=address)
    drop_cookie(request, answer, SESSION)
    return answer


async def _left(request: Request) -> Response:
    return page(request, None, "signed_out.html", address="")


def _provider(request: Request) -> Provider:
    provider = sessions_of(request).provider
    if provider is None:
        raise not_set_up()
    return provider


def _own(request: Request, path: str) -> str:
    """Returns a page of this server as browsers reach it. A provider sends nobody to one that it was not told of."""
    return f"{request.url.scheme}://{request.url.netloc}{path}"


def _not_signed_in(request: Request, error: DomainError, path: str) -> Response:
    return page(request, None, "not_signed_in.html", status=error.kind.value, detail=error.detail, back=path)
