"""The desk: the first page."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.domain.desk import Desk
from services.dashboard.domain.figures import SETTLED, StateFigures, Totals
from services.dashboard.domain.visitors import Visitor
from services.dashboard.pages.frame import Visiting, now_of, page, pages_router
from services.dashboard.usecases.desk import read_desk
from services.dashboard.usecases.worklist import Filters
from shared.contracts.orders import CopyState

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


def _shown(request: Request, visitor: Visitor, desk: Desk) -> Response:
    waiting = max(figures.copies for figures in desk.states if figures.state not in SETTLED)
    bar = partial(_bar, waiting)
    return page(request, visitor, "overview.html", desk=desk, labels=STATES, shares=_shares, bar=bar)


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


def overview_page_router(engine: AsyncEngine) -> APIRouter:
    """Returns the route of `/`."""
    router = pages_router()

    async def overview(request: Request, visitor: Visiting) -> Response:
        async with engine.connect() as connection:
            desk = await read_desk(connection, Filters().wanted(visitor, now_of(request)))
        return _shown(request, visitor, desk)

    router.add_api_route("/", overview, methods=["GET"])
    return router
