"""`/v1/report`: measures, handling, costs and what was done twice, as one HTML file to print or to send on."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncEngine

from services.evidence.api.forms import Asking, Reader
from services.evidence.reports import Answers, report_html
from services.evidence.usecases.costing import read_costs
from services.evidence.usecases.duplicating import read_duplication
from services.evidence.usecases.handling import read_handling
from services.evidence.usecases.measuring import read_measures
from shared.clock import Clock
from shared.http.representations import tagged_answer


def report_router(engine: AsyncEngine, clock: Clock, zone: str) -> APIRouter:
    """Returns the route of the report. `zone` is the name of the councils' time zone."""
    router = APIRouter(prefix="/v1/report", tags=["report"])

    async def get_report(caller: Reader, request: Request, question: Asking) -> Response:
        """Returns a report in HTML about the same question as measures, handling, costs and duplication, with pictures.

        It is complete in itself: without scripts, and without addresses of anything elsewhere. It names no winner.
        """
        asked = question.asked(caller.council)
        async with engine.connect() as connection:
            found = Answers(
                measures=await read_measures(connection, asked, clock, zone),
                handling=await read_handling(connection, asked, clock, zone),
                costs=await read_costs(connection, asked, clock, zone),
                duplication=await read_duplication(connection, asked, clock, zone),
            )
        return tagged_answer(request, report_html(asked, found, clock.now()), "text/html; charset=utf-8")

    router.add_api_route("", get_report, methods=["GET"], response_class=HTMLResponse)
    return router
