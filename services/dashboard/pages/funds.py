"""The page of funds: what each may spend, what is committed and spent, and what is left."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.dashboard.domain.funds import verdict_on_funds
from services.dashboard.pages.frame import Visiting, check_council, page, pages_router
from services.dashboard.pages.narrowing import Narrowed
from services.dashboard.usecases.asking import Services
from services.dashboard.usecases.funds import read_funds
from shared.clock import Clock


def funds_router(services: Services, clock: Clock) -> APIRouter:
    """Returns the route of `/funds`."""
    router = pages_router()

    async def show(request: Request, visitor: Visiting, year: Narrowed = "") -> Response:
        check_council(visitor, "Funds")
        seen = await read_funds(services, visitor.token, year=year, today=clock.today())
        return page(request, visitor, "funds.html", seen=seen, verdict=verdict_on_funds(seen.rows), year=year)

    router.add_api_route("/funds", show, methods=["GET"])
    return router
