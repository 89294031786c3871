"""The pages of deliveries: what is late, due and on the way, and one consignment with all that was found in it."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.dashboard.domain import deliveries as wording
from services.dashboard.domain.deliveries import Due
from services.dashboard.pages.frame import Visiting, check_council, now_of, page, pages_router
from services.dashboard.pages.narrowing import Narrowed
from services.dashboard.usecases.deliveries import Deliveries, Wanted
from shared.contracts.delivery import Leg

_PREFIX = "/deliveries"


def deliveries_router(deliveries: Deliveries) -> APIRouter:
    """Returns the routes of `/deliveries`."""
    router = pages_router(_PREFIX)

    async def show(
        request: Request,
        visitor: Visiting,
        due: Due = Due.OPEN,
        place: Narrowed = "",
        supplier: Narrowed = "",
        leg: str = "",
        cursor: str = "",
    ) -> Response:
        check_council(visitor, "Deliveries")
        wanted = Wanted(due, place, supplier, leg if leg in set(Leg) else "", cursor)
        seen = await deliveries.listed(visitor.token, wanted)
        return page(
            request,
            visitor,
            "deliveries.html",
            seen=seen,
            wanted=wanted,
            wording=wording,
            legs=list(Leg),
            verdict=wording.verdict_on_today(seen.today.places),
            next_url=_url(wanted, seen.next_cursor),
        )

    async def show_one(request: Request, visitor: Visiting, consignment_id: UUID) -> Response:
        check_council(visitor, "Deliveries")
        seen = await deliveries.consignment(visitor.token, consignment_id)
        verdict = wording.verdict_on(seen.consignment, now_of(request).date())
        return page(request, visitor, "consignment.html", seen=seen, wording=wording, verdict=verdict)

    router.add_api_route("", show, methods=["GET"])
    router.add_api_route("/{consignment_id}", show_one, methods=["GET"])
    return router


def _url(wanted: Wanted, cursor: str | None) -> str:
    """Returns the page after this one; "" after the last."""
    if cursor is None:
        return ""
    narrowed = {"due": wanted.due, "place": wanted.place, "supplier": wanted.supplier, "leg": wanted.leg, "cursor": cursor}
    return f"{_PREFIX}?{urlencode({name: value for name, value in narrowed.items() if value})}"
