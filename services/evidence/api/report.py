"""`/v1/report`: measures, handling, costs and what was done twice, as JSON or as one HTML file, to print or to send on."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.evidence.api.answering import Answering
from services.evidence.api.forms import JSON, QUESTION_REFUSALS, Asking, Reader
from services.evidence.reports import report_html
from services.evidence.schemas.report import ReportView, report_view
from shared.http.refusals import refusals
from shared.http.representations import chosen_form, tagged_answer

_HTML = "text/html"
_FORMS: dict[int | str, dict[str, Any]] = {
    200: {"content": {_HTML: {}}},
    **refusals("not-acceptable", *QUESTION_REFUSALS),
}


def report_router(engine: AsyncEngine, answering: Answering) -> APIRouter:
    """Returns the route of the report."""
    router = APIRouter(prefix="/v1/report", tags=["report"])

    async def get_report(caller: Reader, request: Request, question: Asking) -> Response:
        """Returns a report about the same question as `/v1/measures` and the others, with pictures and their tables.

        In HTML, complete in itself: without scripts, and without addresses of anything elsewhere; or with `Accept:
        application/json` the figures alone. It names no winner.
        """
        form = chosen_form(request, (_HTML, JSON))
        async with engine.connect() as connection:
            asked = await answering.asked(connection, question, caller.council)
            report = await answering.report(connection, asked)
        if form == JSON:
            return tagged_answer(request, report_view(report).model_dump_json(by_alias=True).encode(), JSON)
        return tagged_answer(request, report_html(report), f"{_HTML}; charset=utf-8")

    router.add_api_route("", get_report, methods=["GET"], response_model=ReportView, responses=_FORMS)
    return router
