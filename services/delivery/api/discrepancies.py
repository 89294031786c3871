"""`/v1/discrepancies`: how goods differed from the advice."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncEngine

from services.delivery import schemas
from services.delivery.store import receipts
from shared.auth import CouncilPrincipal, council_with
from shared.http.lines import JSON, JSON_LINES, described_lines, fetching, lines_answer
from shared.http.paging import Page
from shared.http.refusals import refusals
from shared.http.representations import chosen_form

Reader = Annotated[CouncilPrincipal, Depends(council_with("delivery:read"))]


def discrepancies_router(engine: AsyncEngine) -> APIRouter:
    """Returns the route of `/v1/discrepancies`: how goods differed from the advice."""
    router = APIRouter(prefix="/v1/discrepancies", tags=["discrepancies"])

    async def list_discrepancies(
        caller: Reader, request: Request, query: Annotated[schemas.DiscrepancyQuery, Query()]
    ) -> Page[schemas.DiscrepancyView] | Response:
        """Lists discrepancies of the caller's council, newest first; all from the cursor on with `Accept: application/jsonl`."""
        narrowed = receipts.DiscrepancyFilter(caller.council, **query.filters())
        fetch, after = fetching(engine, receipts.list_discrepancies, narrowed), query.after(datetime.fromisoformat, UUID)

        async def line(row: RowMapping) -> schemas.DiscrepancyView:
            return schemas.discrepancy_view(row)

        def keys(row: RowMapping) -> tuple[datetime, UUID]:
            return row.found_at, row.discrepancy_id

        if chosen_form(request, (JSON, JSON_LINES)) == JSON_LINES:
            return await lines_answer(fetch, line, keys=keys, after=after)
        return query.page(await fetch(after, query.fetched), keys=keys, view=schemas.discrepancy_view)

    answer = Page[schemas.DiscrepancyView]
    router.add_api_route(
        "",
        list_discrepancies,
        methods=["GET"],
        response_model=answer,
        responses={**described_lines("DiscrepancyView"), **refusals("not-acceptable")},
    )
    return router
