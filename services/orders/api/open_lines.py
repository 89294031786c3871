"""`/v1/open-lines`: what a supplier still owes, page by page as JSON, or all of it as one CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncEngine

from services.orders import schemas
from services.orders.api.access import Reader
from services.orders.store.open_lines import OpenLine, OpenLinesFilter, open_lines_of
from shared.clock import Clock
from shared.http.paging import Page, number
from shared.http.refusals import refusals
from shared.http.representations import chosen_form
from shared.http.tables import as_csv, csv_rows

_JSON, _CSV = "application/json", "text/csv"
_ANSWERS: dict[int | str, dict[str, Any]] = {200: {"content": {_CSV: {}}}, **refusals("not-acceptable")}
# Lines that are in memory at once.
_CHUNK = 200


def open_lines_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the route of `/v1/open-lines`."""
    router = APIRouter(prefix="/v1/open-lines", tags=["open lines"])

    async def list_open_lines(caller: Reader, request: Request, query: Annotated[schemas.OpenLinesQuery, Query()]) -> Response:
        """Lists the lines that a supplier still owes, with their open copies by branch, the oldest order first.

        As JSON, page by page; or with `Accept: text/csv` all of them from the cursor on, as one table.
        """
        form = chosen_form(request, (_JSON, _CSV))
        wanted = OpenLinesFilter(caller.council, **query.filters())
        after = query.after(datetime.fromisoformat, UUID, partial(number, bits=32), str)
        limit = _CHUNK if form == _CSV else query.fetched
        # Before the answer begins: a database that is not there is still a problem with a status of its own.
        async with engine.connect() as connection:
            first = await open_lines_of(connection, wanted, after=after, limit=limit)
        headers = {"Vary": "Accept", "Cache-Control": "private, no-store"}
        if form == _CSV:
            return StreamingResponse(_table(engine, wanted, first, clock), media_type=_CSV, headers=headers)
        page = query.page(first, keys=lambda found: found.keys, view=schemas.open_line_view)
        return Response(page.model_dump_json(), media_type=_JSON, headers=headers)

    answer = Page[schemas.OpenLineView]
    router.add_api_route("", list_open_lines, methods=["GET"], response_model=answer, responses=_ANSWERS)
    return router


async def _table(engine: AsyncEngine, wanted: OpenLinesFilter, lines: Sequence[OpenLine], clock: Clock) -> AsyncIterator[bytes]:
    """Yields the table in parts. No connection is in use while the client reads: it may be slow."""
    yield as_csv(schemas.HEADINGS, schemas.open_line_rows(lines, clock))
    while len(lines) == _CHUNK:
        async with engine.connect() as connection:
            lines = await open_lines_of(connection, wanted, after=lines[-1].keys, limit=_CHUNK)
        yield csv_rows(schemas.open_line_rows(lines, clock))
