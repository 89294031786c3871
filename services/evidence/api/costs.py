"""`/v1/costs`: what copies cost, by group."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.evidence.api.forms import OTHER_FORMS, Asking, Reader, answer
from services.evidence.schemas.costs import HEADINGS, CostsView, costs_rows, costs_view
from services.evidence.usecases.asking import completed
from services.evidence.usecases.costing import read_costs
from shared.clock import Clock
from shared.http.tables import as_csv


def costs_router(engine: AsyncEngine, clock: Clock, zone: str) -> APIRouter:
    """Returns the route of costs. `zone` is the name of the councils' time zone."""
    router = APIRouter(prefix="/v1/costs", tags=["costs"])

    async def get_costs(caller: Reader, request: Request, question: Asking) -> Response:
        """Returns what copies cost that invoices of a period charge: paid, work by hand by the council's cost model, the whole.

        As JSON with price relatives and a reconciliation with the invoices, or the groups as CSV with `Accept: text/csv`.
        `decision` is always null: the software computes no winner.
        """
        async with engine.connect() as connection:
            asked = await completed(connection, question.wanted(caller.council), clock)
            found = await read_costs(connection, asked, clock, zone)
        view = costs_view(asked, found, clock.now())
        return answer(request, view, lambda: as_csv(HEADINGS, costs_rows(view)))

    router.add_api_route("", get_costs, methods=["GET"], response_model=CostsView, responses=OTHER_FORMS)
    return router
