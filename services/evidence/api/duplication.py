"""`/v1/duplication`: what was ordered twice, and catalogued twice or once for many."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.evidence.api.forms import OTHER_FORMS, Reader, answer
from services.evidence.schemas.asking import Period
from services.evidence.schemas.duplication import HEADINGS, DuplicationView, duplication_rows, duplication_view
from services.evidence.usecases.duplicating import read_duplication
from shared.clock import Clock
from shared.http.refusals import refusals
from shared.http.tables import as_csv

_ANSWERS = {**OTHER_FORMS, **refusals("not-acceptable", "invalid-period")}


def duplication_router(engine: AsyncEngine, clock: Clock, zone: str) -> APIRouter:
    """Returns the route of duplication. `zone` is the name of the councils' time zone."""
    router = APIRouter(prefix="/v1/duplication", tags=["duplication"])

    async def get_duplication(caller: Reader, request: Request, period: Annotated[Period, Query()]) -> Response:
        """Returns titles that were ordered again while copies were open, and cataloguing that doing it once saved or would save.

        As JSON, or as CSV with `Accept: text/csv`. Hours and money are those of the councils' cost models; what these do not
        state is named.
        """
        asked = period.asked(caller.council)
        async with engine.connect() as connection:
            found = await read_duplication(connection, asked, clock, zone)
        view = duplication_view(asked, found, clock.now())
        return answer(request, view, lambda: as_csv(HEADINGS, duplication_rows(view)))

    router.add_api_route("", get_duplication, methods=["GET"], response_model=DuplicationView, responses=_ANSWERS)
    return router
