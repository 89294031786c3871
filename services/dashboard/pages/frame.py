"""What all pages share: who is at the page, the frame around its content, and what becomes of an action.

A page works without any script. Must not know what a page shows.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Form, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from pydantic import ValidationError

from services.dashboard.domain.plain import for_staff
from services.dashboard.domain.returning import own_path
from services.dashboard.domain.supplier_names import SupplierNames
from services.dashboard.domain.visitors import Role, Visitor
from services.dashboard.pages.notices import Notice, attach_notice, drop_notice, notice_of
from services.dashboard.pages.rendering import HEADERS, rendered
from services.dashboard.pages.session import by_person, visitor_of
from shared.clock import Clock
from shared.db.errors import DATABASE_ERRORS
from shared.errors import DomainError, Kind, validation_faults
from shared.http.trouble import kind_of_trouble

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_KEY_HEADER = "X-Form-Key"

Version = Annotated[int, Form(ge=0, le=2**31 - 1)]
"""A form's field: the version of the thing that the page showed, so that two people do not undo each other."""
Reason = Annotated[str, Form(max_length=2_000)]
"""A form's field: why a person does this. The service that is asked says what it must be."""


class SignInNeeded(Exception):
    """Nobody is signed in, or no longer."""


class PageRoute(APIRoute):
    """A route whose refusals are pages: how to sign in, or in a sentence why there is nothing to see."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Returns the handler of requests, with refusals as pages."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except SignInNeeded:
                return _to_sign_in(request)
            except RequestValidationError as error:
                told = "; ".join(f"{fault.pointer.strip('/')}: {fault.detail}" for fault in validation_faults(error.errors()))
                detail = f"The address or the form of this page is not complete: {told}."
                return _not_shown(request, DomainError("not-readable", detail, Kind.INVALID))
            except DomainError as error:
                return _not_shown(request, error)
            except ValidationError as error:
                return _not_shown(request, _not_understood(error))
            except DATABASE_ERRORS as error:
                return _not_shown(request, _refused_by_database(request, error))

        return handled


def _not_understood(error: ValidationError) -> DomainError:
    """Returns the refusal for a service that answered in another form than pages know, as one of another release may."""
    where = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors()[:3])
    detail = (
        f"A service answered what this page does not understand ({error.title}: {where}). "
        "Nothing was changed by that. Report it to the people who run Stockbridge: two releases may not fit."
    )
    return DomainError("unreachable", detail, Kind.UNAVAILABLE)


def _refused_by_database(request: Request, error: Exception) -> DomainError:
    kind = kind_of_trouble(request.url.path, error)
    cure = "Correct it." if kind.status == Kind.INVALID.value else "Nothing was changed. Load the page again in a few seconds."
    return DomainError(kind.code, f"{kind.title} {cure}", Kind(kind.status))


def pages_router(prefix: str = "") -> APIRouter:
    """Returns a router for pages below a path."""
    return APIRouter(prefix=prefix, include_in_schema=False, route_class=PageRoute)


async def _visiting(request: Request) -> Visitor:
    """Returns the person at the page. Raises SignInNeeded."""
    visitor = await visitor_of(request)
    if visitor is None:
        raise SignInNeeded
    request.state.visitor = visitor
    request.state.supplier_names = await request.app.state.read_names()
    return visitor


Visiting = Annotated[Visitor, Depends(_visiting)]
"""The person at a page, of a route that changes nothing."""


def _acting(least: Role) -> Callable[[Request, Visitor], Awaitable[Visitor]]:
    async def acting(request: Request, visitor: Visiting) -> Visitor:
        """Returns the person who acts. Raises DomainError (403) for a form of another page, or a role that may not."""
        await _check_form(request, visitor)
        if visitor.role < least:
            detail = f"You are signed in as {visitor.role.named}, and this needs the role {least.named}. Nothing was changed."
            raise DomainError("role-too-small", detail, Kind.FORBIDDEN)
        return visitor

    return acting


def check_council(visitor: Visitor, what: str) -> None:
    """Raises DomainError (403) for whoever acts for no council. `what` belongs to one council, such as `Deliveries`."""
    if visitor.council is None:
        detail = f"{what} belong to one council, and you are signed in for all of them. Sign in as a person of that council."
        raise DomainError("no-council", detail, Kind.FORBIDDEN)


Leaving = Annotated[Visitor, Depends(_acting(Role.VIEWER))]
"""The person who does what everybody may: sign out."""
Operating = Annotated[Visitor, Depends(_acting(Role.OPERATOR))]
"""The person who settles something: at least an operator, with the key of a form of this dashboard."""
Governing = Annotated[Visitor, Depends(_acting(Role.ADMIN))]
"""The person who changes a rule or the way to a supplier: an admin, with the key of a form of this dashboard."""


async def _check_form(request: Request, visitor: Visitor) -> None:
    """Raises DomainError (403) for a form that no page of this dashboard made for this person.

    A script sends the key in a header. SameSite cookies alone let pages of our own site's other hosts pass.
    """
    key = request.headers.get(_KEY_HEADER, "")
    if not key and request.headers.get("Content-Type", "").partition(";")[0] in _FORMS:
        key = str((await request.form()).get("form_key", ""))
    if not _of_this_server(request) or not hmac.compare_digest(key.encode(), visitor.form_key.encode()):
        detail = "This form was not made by a page of this dashboard for you. Load the page again and repeat what you did."
        raise DomainError("other-origin", detail, Kind.FORBIDDEN)


def _of_this_server(request: Request) -> bool:
    """Returns whether the browser says that a page of this server sent a form; an old one that says nothing has the key alone."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    return site == "same-origin" if site is not None else origin is None or urlsplit(origin).netloc == request.url.netloc


def _to_sign_in(request: Request) -> Response:
    """Returns the way to sign in and back to this page; to a form or a script, which cannot take it, that somebody must."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method == "GET" and by_person(request):
        return RedirectResponse(f"/sign-in?{urlencode({'next': path})}", status_code=303, headers=HEADERS)
    before = urlsplit(request.headers.get("Referer", ""))
    detail = "Your session is over, so nothing was done. Sign in again, and repeat it."
    values = {"detail": detail, "back": own_path(before.path) if before.netloc == request.url.netloc else "/"}
    return page(request, None, "not_signed_in.html", status=Kind.UNAUTHENTICATED.value, **values)


def page(request: Request, visitor: Visitor | None, template: str, *, status: int = 200, **values: object) -> Response:
    """Returns a page: `template` with `values`, in the frame for this person, under the notice of what was just done."""
    # A part that refreshes itself must not take the notice from the page that it is meant for.
    notice = None if "HX-Request" in request.headers else notice_of(request)
    shared = {"visitor": visitor, "notice": notice, "path": request.url.path, "supplier_names": names_of(request)}
    body = rendered(template, now_of(request), **shared, **values)
    answer = HTMLResponse(body, status_code=status, headers=HEADERS)
    if notice is not None:
        drop_notice(request, answer)
    return answer


def names_of(request: Request) -> SupplierNames:
    """Returns what suppliers are called; no names for whoever is not signed in."""
    names: SupplierNames = getattr(request.state, "supplier_names", SupplierNames())
    return names


def now_of(request: Request) -> datetime:
    """Returns the current time in the council's zone."""
    clock: Clock = request.app.state.clock
    now: datetime = clock.now().astimezone(request.app.state.zone)
    return now


async def acted(request: Request, doing: Awaitable[object], *, then: str, done: str | Callable[[Any], str]) -> Response:
    """Returns the way to the page `then`, which says that this was `done`, or why the service that was asked refused it.

    `done` is a sentence, or makes one of what the service answered. What the person gave as a reason is offered there again, so
    that nobody types it twice.
    """
    try:
        made = await doing
    except DomainError as error:
        return await turned_back(request, error, then=then)
    return _led(request, then, Notice(refused=False, text=done if isinstance(done, str) else done(made)))


async def turned_back(request: Request, error: DomainError, *, then: str) -> Response:
    """Returns the way to the page `then`, which says why a form was refused, and offers what was given as a reason again."""
    reason = str((await request.form()).get("reason", ""))
    return _led(request, then, Notice(refused=True, text=for_staff(error.detail), reason=reason))


def _led(request: Request, then: str, notice: Notice) -> Response:
    answer = RedirectResponse(then, status_code=303, headers=HEADERS)
    attach_notice(request, answer, notice)
    return answer


def _not_shown(request: Request, error: DomainError) -> Response:
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    return page(request, visitor, "not_shown.html", status=error.kind.value, detail=for_staff(error.detail))
