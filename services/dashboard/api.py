"""The overview as JSON. A caller whose token names a council sees that council; without one, all councils."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.domain.claims import SCOPE
from services.dashboard.schemas import OverviewView, overview_view
from services.dashboard.usecases.overview import read_overview
from shared.auth import Principal, principal_with
from shared.clock import Clock
from shared.http.refusals import refusals

Reader = Annotated[Principal, Depends(principal_with(SCOPE))]


def overview_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of `/v1/overview`."""
    router = APIRouter(prefix="/v1/overview", tags=["overview"])

    async def overview(caller: Reader) -> OverviewView:
        """Figures per supplier and state, what has waited longest, and what needs a person; lists hold 50 at most."""
        async with engine.connect() as connection:
            return overview_view(await read_overview(connection, caller.council, clock))

    router.add_api_route("", overview, methods=["GET"], responses=refusals())
    return router
