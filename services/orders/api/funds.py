"""`/v1/funds`: parse, use case, render."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.orders import schemas
from services.orders.api.access import Reader, Writer
from services.orders.domain.funds import Fund
from services.orders.store import funds as store
from services.orders.usecases.funds import KeepFunds
from services.orders.usecases.funds import keep_funds as keep_funds_of
from shared.errors import no_such
from shared.http.headers import IfMatch
from shared.http.paging import Page

IfNoneMatch = Annotated[str | None, Header()]


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
        body: schemas.FundBodies, caller: Writer, response: Response, if_match: IfMatch = None
    ) -> schemas.FundList:
        """Adds funds, changes known ones, and answers with all. `If-Match` is needed once there are any.

        None is removed: one that takes no more orders gets a `closed_from`.
        """
        wanted = KeepFunds(caller.council, [fund.fund() for fund in body], None if if_match is None else _bare(if_match))
        async with engine.begin() as connection:
            await keep_funds_of(connection, wanted)
            response.headers.update(await _tag_of_all(connection, caller.council))
            funds = await store.list_funds(connection, caller.council)
            return schemas.FundList(items=await _views(connection, caller.council, funds, None))

    async def get_fund(
        code: str,
        caller: Reader,
        query: Annotated[schemas.FundQuery, Query()],
        response: Response,
        if_none_match: IfNoneMatch = None,
    ) -> schemas.FundView | Response:
        """Returns a fund, with what its copies commit and cost in each financial year; also one that orders only named."""
        async with engine.connect() as connection:
            funds = await store.get_funds(connection, caller.council, [code])
            totals = await store.totals_of(connection, caller.council, [code])
        if not funds and not totals:
            raise no_such("fund")
        view = schemas.fund_view(code, funds.get(code), totals.get(code, ()), query.year)
        response.headers["ETag"] = tag = _tag_of(view)
        return Response(status_code=304, headers={"ETag": tag}) if _has(if_none_match, tag) else view

    router.add_api_route("", list_funds, methods=["GET"])
    router.add_api_route("", keep_funds, methods=["PUT"])
    router.add_api_route("/{code}", get_fund, methods=["GET"], response_model=schemas.FundView)
    return router


async def _views(connection: AsyncConnection, council: str, funds: Sequence[Fund], year: str | None) -> list[schemas.FundView]:
    totals = await store.totals_of(connection, council, [fund.code for fund in funds])
    return [schemas.fund_view(fund.code, fund, totals.get(fund.code, ()), year) for fund in funds]


async def _tag_of_all(connection: AsyncConnection, council: str) -> dict[str, str]:
    tag = await store.tag_of_funds(connection, council)
    return {"ETag": f'"{tag}"'} if tag else {}


def _tag_of(view: BaseModel) -> str:
    return f'"{hashlib.sha256(view.model_dump_json().encode()).hexdigest()[:32]}"'


def _has(if_none_match: str | None, tag: str) -> bool:
    return if_none_match is not None and _bare(tag) in map(_bare, if_none_match.split(","))


def _bare(tag: str) -> str:
    """Returns what is between the quotes of an ETag, weak or not."""
    return tag.strip().removeprefix("W/").strip('"')
