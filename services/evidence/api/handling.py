"""`/v1/handling`: days per leg and touches per copy, hub against direct."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.evidence.api.answering import Answering
from services.evidence.api.forms import OTHER_FORMS, QUESTION_REFUSALS, Reader, answer
from services.evidence.schemas.asking import Selection
from services.evidence.schemas.handling import HEADINGS, HandlingView, handling_rows
from shared.http.refusals import refusals
from shared.http.tables import as_csv

_ANSWERS = {**OTHER_FORMS, **refusals("not-acceptable", *QUESTION_REFUSALS)}


def handling_router(engine: AsyncEngine, answering: Answering) -> APIRouter:
    """Returns the route of handling."""
    router = APIRouter(prefix="/v1/handling", tags=["handling"])

    async def get_handling(caller: Reader, request: Request, selection: Annotated[Selection, Query()]) -> Response:
        """Returns days per leg and touches of copies that were placed in a period, hub against direct, with 95 % intervals.

        As JSON, or as CSV with `Accept: text/csv`. `decision` is what a person decided, null where none did: the software
        computes no winner.
        """
        async with engine.connect() as connection:
            asked = await answering.asked(connection, selection, caller.council)
            view = await answering.handling(connection, asked)
        return answer(request, view, lambda: as_csv(HEADINGS, handling_rows(view)))

    router.add_api_route("", get_handling, methods=["GET"], response_model=HandlingView, responses=_ANSWERS)
    return router
