"""`/v1/costs`: what copies cost, by group."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.evidence.api.answering import Answering
from services.evidence.api.forms import OTHER_FORMS, QUESTION_REFUSALS, Asking, Reader, answer
from services.evidence.schemas.costs import HEADINGS, CostsView, costs_rows
from shared.http.refusals import refusals
from shared.http.tables import as_csv

_ANSWERS = {**OTHER_FORMS, **refusals("not-acceptable", *QUESTION_REFUSALS)}


def costs_router(engine: AsyncEngine, answering: Answering) -> APIRouter:
    """Returns the route of costs."""
    router = APIRouter(prefix="/v1/costs", tags=["costs"])

    async def get_costs(caller: Reader, request: Request, question: Asking) -> Response:
        """Returns what copies cost that invoices of a period charge: paid, work by hand by the council's cost model, the whole.

        As JSON with price relatives and a reconciliation with the invoices, or the groups as CSV with `Accept: text/csv`.
        `decision` is what a person decided, null where none did: the software computes no winner.
        """
        async with engine.connect() as connection:
            asked = await answering.asked(connection, question, caller.council)
            view = await answering.costs(connection, asked)
        return answer(request, view, lambda: as_csv(HEADINGS, costs_rows(view)))

    router.add_api_route("", get_costs, methods=["GET"], response_model=CostsView, responses=_ANSWERS)
    return router
