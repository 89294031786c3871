"""`/v1/records-before-goods`: whether records were served before the goods arrived."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.ext.asyncio import AsyncEngine

from services.delivery import schemas
from services.delivery.store import records
from shared.auth import Principal, principal_with
from shared.clock import Clock
from shared.http.refusals import refusals

FigureReader = Annotated[Principal, Depends(principal_with("delivery:read"))]


def records_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the route of `/v1/records-before-goods`: whether records were served before goods arrived, by supplier."""
    router = APIRouter(prefix="/v1/records-before-goods", tags=["records"])

    async def get_records_before_goods(
        caller: FigureReader, period: Annotated[schemas.Period, Query()]
    ) -> schemas.RecordsBeforeGoodsView:
        """Returns the figures of each supplier for the titles first received in a period.

        Of the caller's council; for operations staff of all councils, where a title that two received counts for each.
        """
        begin, end = clock.start_of(period.begin), clock.start_of(period.end + timedelta(days=1))
        async with engine.connect() as connection:
            figures = await records.records_before_goods(connection, caller.council, begin, end)
        return schemas.RecordsBeforeGoodsView(suppliers=[schemas.SupplierRecordsView.model_validate(each) for each in figures])

    router.add_api_route("", get_records_before_goods, methods=["GET"], responses=refusals())
    return router
