"""`/v1/departures`: what still ties a council to a supplier that it leaves."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncEngine

from services.evidence.api.forms import OTHER_FORMS, answer
from services.evidence.api.paths import SupplierPath
from services.evidence.reports import statement_html
from services.evidence.schemas.departures import DepartureView, NewAgreement, departure_view, statement_csv
from services.evidence.usecases.leaving import read_departure, record_agreement
from shared.auth import CouncilPrincipal, council_with
from shared.clock import Clock
from shared.http.refusals import refusals
from shared.http.repeating import Repeatable
from shared.http.representations import tagged_answer

Reader = Annotated[CouncilPrincipal, Depends(council_with("evidence:read"))]
Writer = Annotated[CouncilPrincipal, Depends(council_with("evidence:write"))]

_NO_SUPPLIER = "no-such-supplier"


def departures_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of departures."""
    router = APIRouter(prefix="/v1/departures/{supplier_id}", tags=["departures"])
    _add_agreements(router, engine, clock)

    async def get_departure(caller: Reader, supplier_id: SupplierPath, request: Request) -> Response:
        """Returns what still ties the council to the supplier, strand by strand, each with the list in which one can see it.

        As JSON, or as CSV with `Accept: text/csv`. `left` says that nothing is open; that the council has left, a person decides.
        """
        async with engine.connect() as connection:
            found = await read_departure(connection, caller.council, supplier_id, clock)
        return answer(request, departure_view(found, clock.now()), lambda: statement_csv(found))

    async def get_statement(caller: Reader, supplier_id: SupplierPath, request: Request) -> Response:
        """Returns the same as an exit statement in HTML, to print or to send to the supplier.

        It is complete in itself: without scripts, and without addresses of anything elsewhere.
        """
        async with engine.connect() as connection:
            found = await read_departure(connection, caller.council, supplier_id, clock)
        page = statement_html(departure_view(found, clock.now()))
        return tagged_answer(request, page, "text/html; charset=utf-8")

    router.add_api_route(
        "",
        get_departure,
        methods=["GET"],
        response_model=DepartureView,
        responses={**OTHER_FORMS, **refusals("not-acceptable", _NO_SUPPLIER)},
    )
    router.add_api_route(
        "/statement", get_statement, methods=["GET"], response_class=HTMLResponse, responses=refusals(_NO_SUPPLIER)
    )
    return router


def _add_agreements(router: APIRouter, engine: AsyncEngine, clock: Clock) -> None:
    async def post_agreement(
        caller: Writer, supplier_id: SupplierPath, body: NewAgreement, repeatable: Repeatable, response: Response
    ) -> DepartureView:
        """Records that the supplier agreed to the statement with this digest, as a person of the council says.

        It changes no count, and does not say that the council has left. The answer is the statement as it is now.
        """
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                agreed = body.of(caller.council, supplier_id, by=caller.subject, at=clock.now())
                await record_agreement(turn.connection, agreed, clock)
            found = await read_departure(turn.connection, caller.council, supplier_id, clock)
        response.headers["Location"] = f"/v1/departures/{quote(supplier_id, safe='')}"
        return departure_view(found, clock.now())

    router.add_api_route(
        "/agreements", post_agreement, methods=["POST"], status_code=201, responses=refusals(_NO_SUPPLIER, "in-the-future")
    )
