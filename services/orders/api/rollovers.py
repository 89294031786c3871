"""`/v1/fund-rollovers`, and those of one fund: parse, use case, render."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.orders import schemas
from services.orders.api.access import Reader, Writer
from services.orders.api.funds import JSON, TAGGED, FundInPath
from services.orders.domain.rollovers import AskedRollover, Rollover
from services.orders.store import rollovers
from services.orders.store.rollovers import Deciding
from services.orders.usecases import funds as usecases
from services.orders.usecases.funds import Decided
from shared.auth import CouncilPrincipal
from shared.bus import cause_by, set_cause
from shared.clock import Clock
from shared.errors import no_such
from shared.http.headers import REPLAYED, IdempotencyKey, required_key
from shared.http.paging import Page
from shared.http.refusals import refusals
from shared.http.representations import tagged_answer

RolloverId = Annotated[UUID, Path(description="Our id of the rollover")]
_OF_FUND, _OF_MANY = refusals("no-such-fund", "rollover-refused"), refusals("rollover-refused")


def rollovers_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes by which a council moves what is still committed to another financial year."""
    router = APIRouter(prefix="/v1", tags=["funds"])

    async def decide(
        code: FundInPath, body: schemas.RolloverBody, caller: Writer, response: Response, idempotency_key: IdempotencyKey = ""
    ) -> schemas.RolloverView:
        """Decides that what a fund's copies still commit counts in another year from a day on. It is never undone.

        The worker carries it out on that day. The same fund, years and day again get the first decision.
        """
        key = required_key(idempotency_key, "rollover")
        decided = await _decide(engine, body.asked(code), caller, key, clock)
        (found,) = decided.rollovers
        response.headers["Location"] = f"/v1/fund-rollovers/{found.rollover_id}"
        response.headers.update(REPLAYED if decided.repeated else {})
        return schemas.rollover_view(found)

    async def decide_all(
        body: schemas.RolloversBody, caller: Writer, response: Response, idempotency_key: IdempotencyKey = ""
    ) -> Page[schemas.RolloverView]:
        """Decides the same for several funds at once, or for all that have both years."""
        key = required_key(idempotency_key, "rollover")
        decided = await _decide(engine, body.asked(), caller, key, clock)
        response.headers.update(REPLAYED if decided.repeated else {})
        return Page(items=[schemas.rollover_view(found) for found in decided.rollovers])

    async def list_rollovers(caller: Reader, query: Annotated[schemas.RolloverQuery, Query()]) -> Page[schemas.RolloverView]:
        """Lists rollovers, newest first."""
        after = query.after(datetime.fromisoformat, UUID)
        async with engine.connect() as connection:
            rows = await rollovers.list_rollovers(connection, caller.council, query.fund, after=after, limit=query.fetched)
        return query.page(rows, keys=_keys, view=schemas.rollover_view)

    async def get_rollover(rollover_id: RolloverId, caller: Reader, request: Request) -> Response:
        """Returns one rollover, with how far it is."""
        async with engine.connect() as connection:
            found = await rollovers.get_rollover(connection, rollover_id, caller.council)
        if found is None:
            raise no_such("rollover")
        return tagged_answer(request, schemas.rollover_view(found).model_dump_json().encode(), JSON)

    missing, one = refusals("no-such-rollover"), schemas.RolloverView
    router.add_api_route("/funds/{code}/rollovers", decide, methods=["POST"], status_code=201, responses=_OF_FUND)
    router.add_api_route("/fund-rollovers", decide_all, methods=["POST"], status_code=201, responses=_OF_MANY)
    router.add_api_route("/fund-rollovers", list_rollovers, methods=["GET"], responses=refusals())
    get, path = get_rollover, "/fund-rollovers/{rollover_id}"
    router.add_api_route(path, get, methods=["GET"], response_model=one, responses={**TAGGED, **missing})
    return router


def rollover_previews_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes that show what a rollover would move."""
    router = APIRouter(prefix="/v1", tags=["funds"])

    async def preview(code: FundInPath, body: schemas.RolloverBody, caller: Reader) -> schemas.RolloverPreview:
        """Shows what a rollover would move if it were carried out now. Writes nothing; refuses what it would refuse."""
        async with engine.connect() as connection:
            (found,) = await usecases.preview_rollover(connection, caller.council, body.asked(code), clock)
        return schemas.rollover_preview(found)

    async def preview_all(body: schemas.RolloversBody, caller: Reader) -> Page[schemas.RolloverPreview]:
        """Shows the same for several funds, or for all that have both years."""
        async with engine.connect() as connection:
            found = await usecases.preview_rollover(connection, caller.council, body.asked(), clock)
        return Page(items=[schemas.rollover_preview(each) for each in found])

    router.add_api_route("/funds/{code}/rollovers/preview", preview, methods=["POST"], responses=_OF_FUND)
    router.add_api_route("/fund-rollovers/preview", preview_all, methods=["POST"], responses=_OF_MANY)
    return router


async def _decide(engine: AsyncEngine, asked: AskedRollover, caller: CouncilPrincipal, key: str, clock: Clock) -> Decided:
    set_cause(cause_by(caller.subject))
    by = Deciding(caller.council, caller.subject, clock.now(), key)
    async with engine.begin() as connection:
        return await usecases.decide_rollover(connection, asked, by, clock)


def _keys(row: Rollover) -> tuple[datetime, UUID]:
    return row.decided_at, row.rollover_id
