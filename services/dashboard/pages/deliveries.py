"""The pages of deliveries: what is late, due and on the way, and one consignment with all that was found in it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.dashboard.domain import deliveries as wording
from services.dashboard.domain import links
from services.dashboard.domain.deliveries import Due
from services.dashboard.domain.visitors import Visitor
from services.dashboard.pages.frame import Visiting, now_of, page, pages_router
from services.dashboard.usecases.deliveries import Deliveries, Wanted
from shared.contracts.delivery import Leg
from shared.errors import DomainError, Kind

_PREFIX = "/deliveries"

Narrowing = Annotated[str, Query(max_length=64)]


def deliveries_router(deliveries: Deliveries) -> APIRouter:
    """Returns the routes of `/deliveries`."""
    router = pages_router(_PREFIX)

    async def show(
        request: Request,
        visitor: Visiting,
        due: Due = Due.OPEN,
        place: Narrowing = "",
        supplier: Narrowing = "",
        leg: str = "",
        cursor: str = "",
    ) -> Response:
        check_council(visitor)
        wanted = Wanted(due, place, supplier, leg if leg in set(Leg) else "", cursor)
        seen = await deliveries.listed(visitor.token, wanted)
        return page(
            request,
            visitor,
            "deliveries.html",
            seen=seen,
            wanted=wanted,
            wording=wording,
            links=links,
            legs=list(Leg),
            verdict=wording.verdict_on_today(seen.today.places),
            next_url=_url(wanted, seen.next_cursor),
        )

    async def show_one(request: Request, visitor: Visiting, consignment_id: UUID) -> Response:
        check_council(visitor)
        seen = await deliveries.consignment(visitor.token, consignment_id)
        verdict = wording.verdict_on(seen.consignment, now_of(request).date())
        return page(request, visitor, "consignment.html", seen=seen, wording=wording, links=links, verdict=verdict)

    router.add_api_route("", show, methods=["GET"])
    router.add_api_route("/{consignment_id}", show_one, methods=["GET"])
    return router


def check_council(visitor: Visitor) -> None:
    """Raises DomainError (403) for whoever acts for no council: deliveries are a council's own."""
    if visitor.council is None:
        text = "Deliveries belong to one council, and you are signed in for all of them. Sign in as a person of that council."
        raise DomainError("no-council", text, Kind.FORBIDDEN)


def _url(wanted: Wanted, cursor: str | None) -> str:
    """Returns the page after this one; "" after the last."""
    if cursor is None:
        return ""
    narrowed = {"due": wanted.due, "place": wanted.place, "supplier": wanted.supplier, "leg": wanted.leg, "cursor": cursor}
    return f"{_PREFIX}?{urlencode({name: value for name, value in narrowed.items() if value})}"
