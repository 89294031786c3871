"""For those who unpack: `/v1/expected-items`, `/v1/scans` and `/v1/arrivals`."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.ext.asyncio import AsyncEngine

from services.delivery import schemas
from services.delivery.store import unpacking
from services.delivery.usecases import resolve_scan
from shared.auth import CouncilPrincipal, council_with
from shared.clock import Clock
from shared.http.instants import moment_of
from shared.http.paging import Page, number
from shared.http.refusals import refusals

Reader = Annotated[CouncilPrincipal, Depends(council_with("delivery:read"))]


def unpacking_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of those who unpack goods, or wait for them."""
    router = APIRouter(prefix="/v1", tags=["unpacking"])

    async def list_expected_items(caller: Reader, query: Annotated[schemas.ExpectedQuery, Query()]) -> Page[schemas.LocatedItem]:
        """Lists the items that a place has to unpack, in the order in which they were advised."""
        since = None if query.settled_from is None else moment_of(query.settled_from, clock)
        wanted = unpacking.Unpacked(caller.council, query.place, since)
        async with engine.connect() as connection:
            rows = await unpacking.list_expected(connection, wanted, after=query.after(number), limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.key,), view=schemas.expected_item)

    async def get_scan(caller: Reader, query: Annotated[schemas.ScanQuery, Query()]) -> schemas.ScanView:
        """Says what a code is that was scanned at a place, and what to do. Changes nothing: send a receipt for that."""
        async with engine.connect() as connection:
            return schemas.scan_view(await resolve_scan(connection, caller.council, query.place, query.code))

    async def get_arrivals(caller: Reader) -> schemas.ArrivalsView:
        """Counts the consignments that each place of the council expects or unpacked today, in one answer."""
        today = clock.today()
        async with engine.connect() as connection:
            rows = await unpacking.arrivals(connection, caller.council, today, clock.start_of(today))
        return schemas.ArrivalsView(day=today, places=[schemas.ArrivalsAtPlace.model_validate(dict(row)) for row in rows])

    get = partial(router.add_api_route, methods=["GET"], responses=refusals())
    get("/expected-items", list_expected_items)
    get("/scans", get_scan)
    get("/arrivals", get_arrivals)
    return router
