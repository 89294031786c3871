"""`/v1/savings`: what was reached of a promise, month by month."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.evidence.api.answering import Answering
from services.evidence.api.forms import OTHER_FORMS, answer
from services.evidence.domain.decisions import Subject, Topic
from services.evidence.domain.savings import Reached
from services.evidence.reports import savings_html
from services.evidence.schemas.savings import HEADINGS, SavingsView, savings_rows, savings_view
from services.evidence.store.decisions import decisions_about
from services.evidence.usecases.saving import read_savings
from shared.auth import CouncilPrincipal, council_with
from shared.http.refusals import refusals
from shared.http.representations import tagged_answer
from shared.http.tables import as_csv

Reader = Annotated[CouncilPrincipal, Depends(council_with("evidence:read"))]
Promised = Annotated[UUID, Query(description="Our id of the promise, as `GET /v1/promises` lists it")]

_ANSWERS = {**OTHER_FORMS, **refusals("not-acceptable", "no-such-promise")}


def savings_router(engine: AsyncEngine, answering: Answering) -> APIRouter:
    """Returns the routes of savings."""
    router = APIRouter(prefix="/v1/savings", tags=["savings"])

    async def _found(connection: AsyncConnection, council: str, promise_id: UUID) -> tuple[Reached, SavingsView]:
        found = await read_savings(connection, council, promise_id, answering.clock, answering.zone)
        supplier = found.promise.supplier
        topics = [] if supplier is None else [Topic(Subject.SUPPLIER, supplier)]
        decisions = await decisions_about(connection, council, topics)
        return found, savings_view(found, answering.clock.now(), decisions)

    async def get_savings(caller: Reader, request: Request, promise_id: Promised) -> Response:
        """Returns what was promised and what was reached in each month until today, with its 95 % interval.

        As JSON, or as CSV with `Accept: text/csv`. What is not known is named, and in no figure. A person judges whether a
        promise was kept.
        """
        async with engine.connect() as connection:
            _, view = await _found(connection, caller.council, promise_id)
        return answer(request, view, lambda: as_csv(HEADINGS, savings_rows(view)))

    async def get_savings_report(caller: Reader, request: Request, promise_id: Promised) -> Response:
        """Returns the same in HTML with pictures and their tables, complete in itself, to print or to send on."""
        async with engine.connect() as connection:
            found, view = await _found(connection, caller.council, promise_id)
        return tagged_answer(request, savings_html(found, view), "text/html; charset=utf-8")

    router.add_api_route("", get_savings, methods=["GET"], response_model=SavingsView, responses=_ANSWERS)
    router.add_api_route(
        "/report", get_savings_report, methods=["GET"], response_class=HTMLResponse, responses=refusals("no-such-promise")
    )
    return router
