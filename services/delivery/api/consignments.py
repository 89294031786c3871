"""`/v1/consignments`: what each place should receive, and what became of it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.delivery import schemas
from services.delivery.domain.goods import Consignment, ConsignmentUnknown
from services.delivery.store import consignments, receipts
from services.delivery.store.contents import contents_of
from shared.auth import CouncilPrincipal, council_with
from shared.clock import Clock
from shared.http.instants import moment_of
from shared.http.lines import JSON, JSON_LINES, described_lines, fetching, lines_answer
from shared.http.paging import Page
from shared.http.refusals import refusals
from shared.http.representations import chosen_form

Reader = Annotated[CouncilPrincipal, Depends(council_with("delivery:read"))]


def consignments_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of `/v1/consignments` that read: consignments and their items."""
    router = APIRouter(prefix="/v1/consignments", tags=["consignments"])

    async def list_consignments(
        caller: Reader, request: Request, query: Annotated[schemas.ConsignmentQuery, Query()]
    ) -> Page[schemas.ConsignmentSummary] | Response:
        """Lists consignments of the caller's council, newest first.

        With `Accept: application/jsonl`, all of them from the cursor on, each whole, with its copies, receipts and history.
        """
        filters = query.filters()
        since = filters.pop("received_from")
        received_from = None if since is None else moment_of(since, clock)
        narrowed = consignments.Filter(caller.council, received_from=received_from, **filters)
        fetch, after = fetching(engine, consignments.list_consignments, narrowed), query.after(datetime.fromisoformat, UUID)
        if chosen_form(request, (JSON, JSON_LINES)) == JSON_LINES:
            return await lines_answer(
                fetch, partial(_whole, engine), keys=lambda row: (row.created_at, row.consignment_id), after=after
            )
        rows = await fetch(after, query.fetched)
        async with engine.connect() as connection:
            contents = await contents_of(connection, [row.consignment_id for row in rows])
        return query.page(
            rows,
            keys=lambda row: (row.created_at, row.consignment_id),
            view=lambda row: schemas.summary(row, contents[row.consignment_id]),
        )

    async def get_consignment(consignment_id: schemas.ConsignmentId, caller: Reader) -> schemas.ConsignmentView:
        """Returns one consignment with its copies, whether their records are served, its receipts and its history."""
        async with engine.connect() as connection:
            consignment = await consignments.find_consignment(connection, caller.council, consignment_id)
            if consignment is None:
                raise ConsignmentUnknown
        return await _whole(engine, consignment)

    answer = Page[schemas.ConsignmentSummary]
    router.add_api_route(
        "",
        list_consignments,
        methods=["GET"],
        response_model=answer,
        responses={**described_lines("ConsignmentView"), **refusals("not-acceptable")},
    )
    router.add_api_route("/{consignment_id}", get_consignment, methods=["GET"], responses=refusals("no-such-consignment"))
    return router


async def _whole(engine: AsyncEngine, consignment: Consignment) -> schemas.ConsignmentView:
    consignment_id = consignment.consignment_id
    async with engine.connect() as connection:
        items = await consignments.items_of(connection, consignment_id)
        received = await receipts.answers_of(connection, [consignment_id])
        history = await consignments.history_of(connection, consignment_id)
        contents = await contents_of(connection, [consignment_id])
    return schemas.view(consignment, contents[consignment_id], items, received=received, history=history)
