"""`/v1/measures`: how well copies were supplied, by group."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.evidence.api.answering import Answering
from services.evidence.api.forms import OTHER_FORMS, QUESTION_REFUSALS, Asking, Reader, answer
from services.evidence.schemas.measures import HEADINGS, MeasuresView, measures_rows
from shared.http.refusals import refusals
from shared.http.tables import as_csv

_ANSWERS = {**OTHER_FORMS, **refusals("not-acceptable", *QUESTION_REFUSALS)}


def measures_router(engine: AsyncEngine, answering: Answering) -> APIRouter:
    """Returns the route of measures."""
    router = APIRouter(prefix="/v1/measures", tags=["measures"])

    async def get_measures(caller: Reader, request: Request, question: Asking) -> Response:
        """Returns how well copies that were placed in a period were supplied, by group, each measure with its 95 % interval.

        As JSON, or as CSV with `Accept: text/csv`. `decision` is what a person decided, null where none did: the software
        computes no winner.
        """
        async with engine.connect() as connection:
            asked = await answering.asked(connection, question, caller.council)
            view = await answering.measures(connection, asked)
        return answer(request, view, lambda: as_csv(HEADINGS, measures_rows(view)))

    router.add_api_route("", get_measures, methods=["GET"], response_model=MeasuresView, responses=_ANSWERS)
    return router
