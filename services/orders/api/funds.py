"""`/v1/funds`: parse, use case, render."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.orders import schemas
from services.orders.api.access import Reader, Writer
from services.orders.domain.funds import Fund
from services.orders.store import funds as store
from services.orders.usecases.funds import KeepFunds
from services.orders.usecases.funds import keep_funds as keep_funds_of
from shared.errors import no_such
from shared.http.headers import IfMatchWhereSent, bare_tag
from shared.http.paging import Page
from shared.http.refusals import Responses, refusals
from shared.http.representations import tagged_answer

JSON = "application/json"
TAG = {"ETag": {"$ref": "#/components/headers/ETag"}}
# Of a GET of one thing.
TAGGED: Responses = {200: {"headers": TAG}, 304: {"description": "It has not changed since the answer with this ETag"}}
FundInPath = Annotated[schemas.FundCode, Path(min_length=1, max_length=30)]


def funds_router(engine: AsyncEngine) -> APIRouter:
    """Returns the routes of `/v1/funds`: the council's funds. Its orders may name any fund until it registers the first."""
    router = APIRouter(prefix="/v1/funds", tags=["funds"])

    async def list_funds(
        caller: Reader, query: Annotated[schemas.FundsQuery, Query()], response: Response
    ) -> Page[schemas.FundView]:
        """Lists the registered funds of the caller's council by code. Its ETag is that of all of them, for `PUT /v1/funds`."""
        after = query.after(str)
        async with engine.connect() as connection:
            response.headers.update(await _tag_of_all(connection, caller.council))
            funds = await store.list_funds(connection, caller.council, after=after, limit=query.fetched)
            views = await _views(connection, caller.council, funds, query.year)
        return query.page(views, keys=lambda view: (view.code,), view=lambda view: view)

    async def keep_funds(
        body: schemas.FundBodies, caller: Writer, response: Response, if_match: IfMatchWhereSent = ""
    ) -> Page[schemas.FundView]:
        """Adds funds, changes known ones, and answers with all on one page.

        None is removed: one that takes no more orders gets a `closed_from`. To change known ones, send the ETag of the list as
        `If-Match` (428 without): others may have changed them since. A repetition changes nothing, and is answered.
        """
        wanted = KeepFunds(caller.council, [fund.fund() for fund in body], bare_tag(if_match))
        async with engine.begin() as connection:
            funds = await keep_funds_of(connection, wanted)
            response.headers.update(await _tag_of_all(connection, caller.council))
            return Page(items=await _views(connection, caller.council, funds, None))

    async def get_fund(
        code: FundInPath, caller: Reader, query: Annotated[schemas.FundQuery, Query()], request: Request
    ) -> Response:
        """Returns a fund, with what its copies commit and cost in each financial year; also one that orders only named."""
        async with engine.connect() as connection:
            funds = await store.get_funds(connection, caller.council, [code])
            totals = await store.totals_of(connection, caller.council, [code])
        if not funds and not totals:
            raise no_such("fund")
        view = schemas.fund_view(code, funds.get(code), totals.get(code, ()), query.year)
        return tagged_answer(request, view.model_dump_json().encode(), JSON)

    tagged: Responses = {200: {"headers": TAG}}
    changing = refusals("if-match-required", "too-many-funds")
    one = {**TAGGED, **refusals("no-such-fund")}
    router.add_api_route("", list_funds, methods=["GET"], responses={**tagged, **refusals()})
    router.add_api_route("", keep_funds, methods=["PUT"], responses={**tagged, **changing})
    router.add_api_route("/{code}", get_fund, methods=["GET"], response_model=schemas.FundView, responses=one)
    return router


async def _views(connection: AsyncConnection, council: str, funds: Sequence[Fund], year: str | None) -> list[schemas.FundView]:
    totals = await store.totals_of(connection, council, [fund.code for fund in funds])
    return [schemas.fund_view(fund.code, fund, totals.get(fund.code, ()), year) for fund in funds]


async def _tag_of_all(connection: AsyncConnection, council: str) -> dict[str, str]:
    return {"ETag": f'"{await store.tag_of_funds(connection, council)}"'}
