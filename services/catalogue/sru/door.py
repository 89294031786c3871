"""The SRU door: parses a request, searches, renders the records. Any query is answered with records or diagnostics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from lxml import etree
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue.domain.merging import Title
from services.catalogue.rendering import marcxml
from services.catalogue.schemas.protocols import SRU_PARAMETERS
from services.catalogue.sru.translating import sought_of
from services.catalogue.usecases.searching import MOST_POSITIONS, find_range
from shared.auth import Principal, principal_with
from shared.db.errors import is_out_of_time
from shared.formats import sru
from shared.formats.dublin_core import srw_dc
from shared.http.asked import by_protocol
from shared.http.refusals import refusals

USUAL, MOST = 10, 100
"""Records in an answer: where the request states no maximum, and in any."""

_SCHEMAS: Mapping[sru.Schema, Callable[[Title], etree._Element]] = {
    sru.Schema.MARCXML: marcxml,
    sru.Schema.DC: lambda title: srw_dc(title.description, title.isbn),
}
_PROTOCOL = by_protocol("SRU 1.1, 1.2 and 2.0", "https://www.loc.gov/standards/sru/")
Reader = Annotated[Principal, Depends(principal_with("catalogue:read"))]


def sru_router(engine: AsyncEngine) -> APIRouter:
    """Returns the routes of SRU. Its records are without copies: whoever searches asks for the title."""
    router = APIRouter(tags=["sru"])

    async def search(_: Reader, request: Request) -> Response:
        """Answers searchRetrieve and explain of SRU 1.1, 1.2 and 2.0: CQL in, records in MARCXML or Dublin Core out.

        At most 100 records in an answer, at most 10,000 in all of a search; `numberOfRecords` counts no further.
        """
        asked = sru.parse(request.query_params.multi_items())
        if isinstance(asked, sru.Diagnostics):
            body = sru.refusal(asked)
        elif isinstance(asked, sru.Explain):
            body = sru.explain_answer(asked, sru.explain_record(_server(request), asked.version))
        else:
            body = await _answer(engine, asked)
        return Response(body, media_type=sru.CONTENT_TYPE)

    for path in ("/sru", "/sru/catalogue"):
        name = f"search_{path.removeprefix('/').replace('/', '_')}"
        extra = {**_PROTOCOL, "parameters": SRU_PARAMETERS}
        router.add_api_route(
            path, search, methods=["GET"], response_class=Response, name=name, responses=refusals(), openapi_extra=extra
        )
    return router


async def _answer(engine: AsyncEngine, asked: sru.SearchRetrieve) -> bytes:
    if asked.start > MOST_POSITIONS:
        return _refused(
            asked, sru.Code.BEYOND_LAST, f"{asked.start}: the last position that can be asked for is {MOST_POSITIONS}"
        )
    size = min(USUAL if asked.maximum is None else asked.maximum, MOST)
    try:
        async with engine.connect() as connection:
            number, titles = await find_range(connection, sought_of(asked.query), first=asked.start, size=size)
    except DBAPIError as error:
        if is_out_of_time(error):
            return _refused(asked, sru.Code.UNAVAILABLE, "the search took too long; add a word that is less common")
        raise
    return sru.search_answer(asked, number, [sru.Record(_SCHEMAS[asked.schema](title), title.isbn) for title in titles])


def _refused(asked: sru.SearchRetrieve, code: sru.Code, details: str) -> bytes:
    return sru.refusal(sru.Diagnostics(asked.version, asked.arguments, (sru.Diagnostic(code, details),)))


def _server(request: Request) -> sru.Server:
    url = request.url
    return sru.Server(
        host=url.hostname or "",
        port=url.port or (443 if url.scheme == "https" else 80),
        database=url.path.strip("/"),
        title="Stockbridge catalogue",
        usual=USUAL,
        most=MOST,
        description=f"Titles of all suppliers' records. A search gives its first {MOST_POSITIONS:,} records, the newest first.",
    )
