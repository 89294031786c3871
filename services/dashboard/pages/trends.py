"""The page of trends: what happened on each day, in pictures with their tables."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.domain.trends import LENGTHS, lengths_in_words
from services.dashboard.pages.frame import Visiting, page, pages_router
from services.dashboard.pages.narrowing import Narrowed
from services.dashboard.usecases.trends import Wanted, read_trends
from shared.clock import Clock

_USUAL = 28


def trends_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the route of `/trends`."""
    router = pages_router()

    async def show(
        request: Request, visitor: Visiting, days: int = _USUAL, supplier_id: Narrowed = "", council: Narrowed = ""
    ) -> Response:
        length = days if days in LENGTHS else _USUAL
        wanted = Wanted(visitor.council or council or None, supplier_id or None, length)
        async with engine.connect() as connection:
            seen = await read_trends(connection, wanted, clock, all_of=visitor.council)
        return page(request, visitor, "trends.html", seen=seen, wanted=wanted, lengths=lengths_in_words())

    router.add_api_route("/trends", show, methods=["GET"])
    return router
