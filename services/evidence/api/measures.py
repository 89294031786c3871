"""The figures of evidence, as JSON or CSV. A caller whose token names a council sees that council; without one, all councils."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncEngine

from services.evidence.schemas.asking import Question
from services.evidence.schemas.measures import HEADINGS, MeasuresView, measures_rows, measures_view
from services.evidence.schemas.tables import as_csv
from services.evidence.usecases.measuring import read_measures
from shared.auth import Principal, principal_with
from shared.clock import Clock
from shared.http.representations import chosen_form, tagged_answer

JSON, CSV = "application/json", "text/csv"
_OTHER_FORMS: dict[int | str, dict[str, Any]] = {200: {"content": {CSV: {}}}, 304: {"description": "Nothing has changed"}}

Reader = Annotated[Principal, Depends(principal_with("evidence:read"))]
Asking = Annotated[Question, Query()]


def measures_router(engine: AsyncEngine, clock: Clock, zone: str) -> APIRouter:
    """Returns the routes of `/v1/measures`. `zone` is the name of the councils' time zone."""
    router = APIRouter(prefix="/v1/measures", tags=["measures"])

    async def get_measures(caller: Reader, request: Request, question: Asking) -> Response:
        """Returns how well copies that were placed in a period were supplied, by group, each measure with its 95 % interval.

        As JSON, or as CSV with `Accept: text/csv`. `decision` is always null: the software computes no winner.
        """
        form, asked = chosen_form(request, (JSON, CSV)), question.asked(caller.council)
        async with engine.connect() as connection:
            found = await read_measures(connection, asked, clock, zone)
        view = measures_view(asked, found, clock.now())
        return _answer(request, form, view, lambda: as_csv(HEADINGS, measures_rows(view)))

    router.add_api_route("", get_measures, methods=["GET"], response_model=MeasuresView, responses=_OTHER_FORMS)
    return router


def _answer(request: Request, form: str, view: BaseModel, table: Callable[[], bytes]) -> Response:
    body = table() if form == CSV else view.model_dump_json(by_alias=True).encode()
    return tagged_answer(request, body, form)
