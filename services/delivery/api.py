"""Routes of delivery: parse, use case, render. Every call is for one council."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.delivery import schemas
from services.delivery.domain.goods import ConsignmentUnknown
from services.delivery.store import consignments, receipts
from services.delivery.store.receipts import ReceiptAnswer
from services.delivery.usecases import ReceiptRequest, receive
from shared.auth import CouncilPrincipal, council_with
from shared.bus import cause_by, set_cause
from shared.clock import Clock
from shared.http.headers import REPLAYED, IdempotencyKey, required_key
from shared.http.paging import Page

Reader = Annotated[CouncilPrincipal, Depends(council_with("delivery:read"))]
Writer = Annotated[CouncilPrincipal, Depends(council_with("delivery:write"))]


def consignments_router(engine: AsyncEngine) -> APIRouter:
    """Returns the routes of `/v1/consignments` that read: consignments and their items."""
    router = APIRouter(prefix="/v1/consignments", tags=["consignments"])

    async def list_consignments(
        caller: Reader, query: Annotated[schemas.ConsignmentQuery, Query()]
    ) -> Page[schemas.ConsignmentSummary]:
        """Lists consignments of the caller's council, newest first."""
        narrowed = consignments.Filter(caller.council, **query.filters())
        after = query.after(datetime.fromisoformat, UUID)
        async with engine.connect() as connection:
            rows = await consignments.list_consignments(connection, narrowed, after=after, limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.created_at, row.consignment_id), view=schemas.summary)

    async def get_consignment(consignment_id: UUID, caller: Reader) -> schemas.ConsignmentView:
        """Returns one consignment with its copies and its history."""
        async with engine.connect() as connection:
            consignment = await consignments.find_consignment(connection, caller.council, consignment_id)
            if consignment is None:
                raise ConsignmentUnknown
            items = await consignments.items_of(connection, consignment_id)
            history = await consignments.history_of(connection, consignment_id)
        return schemas.view(consignment, items, history)

    router.add_api_route("", list_consignments, methods=["GET"])
    router.add_api_route("/{consignment_id}", get_consignment, methods=["GET"])
    return router


def receipts_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the route of `/v1/consignments/{id}/receipts`: what a branch or hub unpacked."""
    router = APIRouter(prefix="/v1/consignments", tags=["consignments"])

    async def post_receipt(
        consignment_id: UUID,
        body: schemas.ReceiptBody,
        caller: Writer,
        response: Response,
        idempotency_key: IdempotencyKey = "",
    ) -> ReceiptAnswer:
        """Reports what was unpacked. Sent again with the same Idempotency-Key, it gets the first answer.

        A copy scanned twice counts once. With `complete`, what was not scanned is missing.
        """
        set_cause(cause_by(caller.subject))
        request = ReceiptRequest(
            council=caller.council,
            consignment_id=consignment_id,
            idempotency_key=required_key(idempotency_key, "receipt"),
            digest=hashlib.sha256(body.model_dump_json().encode()).hexdigest(),
            scans=tuple(scan.scan() for scan in body.scans),
            complete=body.complete,
        )
        async with engine.begin() as connection:
            applied = await receive(connection, request, clock)
        if applied.repeated:
            response.headers.update(REPLAYED)
        return applied.answer

    router.add_api_route("/{consignment_id}/receipts", post_receipt, methods=["POST"], status_code=201)
    return router


def discrepancies_router(engine: AsyncEngine) -> APIRouter:
    """Returns the route of `/v1/discrepancies`: how goods differed from the advice."""
    router = APIRouter(prefix="/v1/discrepancies", tags=["discrepancies"])

    async def list_discrepancies(
        caller: Reader, query: Annotated[schemas.DiscrepancyQuery, Query()]
    ) -> Page[schemas.DiscrepancyView]:
        """Lists discrepancies of the caller's council, newest first."""
        narrowed = receipts.DiscrepancyFilter(caller.council, **query.filters())
        after = query.after(datetime.fromisoformat, UUID)
        async with engine.connect() as connection:
            rows = await receipts.list_discrepancies(connection, narrowed, after=after, limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.found_at, row.discrepancy_id), view=schemas.discrepancy_view)

    router.add_api_route("", list_discrepancies, methods=["GET"])
    return router
