"""The pages: the overview as HTML, signing in, and their static files. Renders; decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.api import SCOPE
from services.dashboard.domain.figures import SETTLED, StateFigures, Totals
from services.dashboard.domain.links import Links
from services.dashboard.domain.needs import Overview, Urgency, in_words
from services.dashboard.usecases.overview import read_overview
from shared.auth import Authenticator, Principal
from shared.clock import Clock
from shared.contracts.orders import CopyState
from shared.errors import DomainError, Kind
from shared.http.policy import PAGE_POLICY
from shared.money import amount_in_words

_COOKIE = "session"
_HEADERS = {**PAGE_POLICY, "Cache-Control": "no-store"}
_STATIC = {"overview.css": "text/css", "overview.js": "text/javascript", "icon.svg": "image/svg+xml"}

STATES = {
    CopyState.ORDERED: ("Ordered", "not sent yet"),
    CopyState.SENT: ("Sent", "no answer yet"),
    CopyState.ACCEPTED: ("Accepted", "not despatched yet"),
    CopyState.HELD: ("Held", "supplier waits for us"),
    CopyState.BACK_ORDERED: ("Back ordered", "not in stock"),
    CopyState.DESPATCHED: ("Despatched", "on the way"),
    CopyState.AT_HUB: ("At the hub", "waits for the van"),
    CopyState.RECEIVED: ("Received", "at the branch"),
    CopyState.MISSING: ("Missing", "advised, did not arrive"),
    CopyState.DAMAGED: ("Damaged", "arrived damaged"),
    CopyState.REFUSED: ("Refused", "supplier will not supply"),
    CopyState.CANCELLED: ("Cancelled", "no longer on order"),
}

templates = Environment(loader=PackageLoader("services.dashboard"), autoescape=True, undefined=StrictUndefined)
templates.trim_blocks = templates.lstrip_blocks = True


def render(overview: Overview, links: Links) -> str:
    """Renders the overview page; an item without an address in `links` is shown without a link."""

    def ago(moment: datetime) -> str:
        return f"{in_words(overview.at - moment)} ago"

    def age(moment: datetime) -> str:
        return in_words(overview.at - moment)

    page = templates.get_template("overview.html")
    waiting = max(figures.copies for figures in overview.states if figures.state not in SETTLED)
    return page.render(
        overview=overview,
        headline=_headline(overview),
        labels=STATES,
        links=links,
        usual=_usual,
        money=amount_in_words,
        ago=ago,
        age=age,
        shares=_shares,
        bar=partial(_bar, waiting),
    )


def _headline(overview: Overview) -> str:
    now, later = (sum(need.urgency is urgency for need in overview.needs) for urgency in Urgency)
    if not now and not later:
        return "All in order"
    first = now or later
    things = "1 thing needs" if first == 1 else f"{first} things need"
    if not now:
        return f"{things} a person today"
    return f"{things} a person now" + (f", {later} more today" if later else "")


def _usual(hours: float) -> str:
    return in_words(timedelta(hours=hours))


def _bar(most: int, figures: StateFigures) -> list[tuple[str, str, str]]:
    """Returns the bar of a state: copies in time, then overdue. Settled states have none: they would dwarf the others."""
    if figures.state in SETTLED:
        return []
    in_time = figures.copies - figures.overdue
    return [(figures.state, "0%", _percent(in_time, most)), ("overdue", _percent(in_time, most), _percent(figures.overdue, most))]


def _percent(part: int, whole: int) -> str:
    """Returns the share of a whole as an SVG length; a share above zero is at least wide enough to be seen."""
    return f"{max(100 * part / whole, 0.75 if part else 0):.2f}%" if whole else "0%"


def _shares(totals: Totals) -> list[tuple[str, str, str]]:
    """Returns the bar of a supplier's card: class, start and width of each part."""
    parts = [
        ("received", totals.received),
        ("outstanding", totals.outstanding),
        ("gone", totals.refused + totals.cancelled),
    ]
    start, bar = 0, []
    for name, copies in parts:
        bar.append((name, _percent(start, totals.ordered), _percent(copies, totals.ordered)))
        start += copies
    return bar


def pages_router(engine: AsyncEngine, clock: Clock, links: Links) -> APIRouter:
    """Returns the routes of `/`, `/login` and `/static/`."""
    router = APIRouter(include_in_schema=False)

    async def overview(request: Request) -> Response:
        try:
            visitor = _visitor(request, request.cookies.get(_COOKIE, ""))
        except DomainError as error:
            return _sign_in_page(error if _COOKIE in request.cookies else None)
        async with engine.connect() as connection:
            seen = await read_overview(connection, visitor.council, clock)
        return HTMLResponse(render(seen, links), headers=_HEADERS)

    async def login(request: Request, token: str = "") -> Response:
        try:
            visitor = _visitor(request, token)
        except DomainError as error:
            return _sign_in_page(error)
        # Not a redirect: after a link from another site, the browser would not send a SameSite=Strict cookie with it.
        answer = HTMLResponse(templates.get_template("welcome.html").render(), headers=_HEADERS)
        answer.set_cookie(
            _COOKIE,
            token,
            max_age=visitor.expires_at - int(clock.now().timestamp()),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer

    router.add_api_route("/", overview, methods=["GET"])
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
    return HTMLResponse(page, status_code=401 if error is None else error.kind.value, headers=_HEADERS)


def _static(name: str, media_type: str) -> Callable[[], Response]:
    content = files("services.dashboard").joinpath("static", name).read_bytes()

    def static() -> Response:
        return Response(content, media_type=media_type, headers={**_HEADERS, "Cache-Control": "no-cache"})

    return static
