"""`/v1/baselines` and `/v1/promises`: what copies cost before a change, frozen, and what was promised to be saved against it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.evidence.api.answering import Answering
from services.evidence.api.forms import JSON, pointing_to, steady
from services.evidence.api.paths import BaselinePath, PromisePath
from services.evidence.domain.baselines import Baseline, check_is_over
from services.evidence.schemas.baselines import BaselineView, NewBaseline, NewPromise, PromiseView
from services.evidence.schemas.report import figures_text
from services.evidence.store.baselines import list_baselines, list_promises
from services.evidence.usecases.asking import completed
from services.evidence.usecases.saving import get_baseline, get_promise, keep_baseline, keep_promise, titles_charged
from shared.auth import CouncilPrincipal, council_with
from shared.http.paging import Page, PageQuery
from shared.http.refusals import refusals
from shared.http.repeating import Repeatable
from shared.http.representations import tagged_answer

Reader = Annotated[CouncilPrincipal, Depends(council_with("evidence:read"))]
Writer = Annotated[CouncilPrincipal, Depends(council_with("evidence:write"))]
Paging = Annotated[PageQuery, Query()]

_OF_A_BASELINE = ("invalid-period", "not-over", "nothing-charged", "name-taken")


def baselines_router(engine: AsyncEngine, answering: Answering) -> APIRouter:
    """Returns the routes of baselines."""
    router = APIRouter(prefix="/v1/baselines", tags=["savings"])

    async def post_baseline(caller: Writer, body: NewBaseline, repeatable: Repeatable, response: Response) -> BaselineView:
        """Computes the measures, costs and prices of a period by supplier, and keeps them for ever as they are now.

        Nothing of a baseline can be changed or removed; freeze another one instead.
        """
        async with repeatable.once(steady(engine), caller) as turn:
            if turn.subject is None:
                frozen = await _frozen(answering, turn.connection, caller, body)
                turn.subject = str(frozen.baseline_id)
            else:
                frozen, _ = await get_baseline(turn.connection, caller.council, UUID(turn.subject))
        response.headers["Location"] = f"/v1/baselines/{frozen.baseline_id}"
        return BaselineView.model_validate(frozen)

    async def list_all(caller: Reader, query: Paging) -> Page[BaselineView]:
        """Lists the council's baselines, the last frozen first."""
        async with engine.connect() as connection:
            after = query.after(datetime.fromisoformat, UUID)
            rows = await list_baselines(connection, caller.council, after=after, limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.frozen_at, row.baseline_id), view=BaselineView.model_validate)

    async def get_one(caller: Reader, baseline_id: BaselinePath) -> BaselineView:
        """Returns one baseline."""
        async with engine.connect() as connection:
            found, _ = await get_baseline(connection, caller.council, baseline_id)
        return BaselineView.model_validate(found)

    async def get_baseline_figures(caller: Reader, baseline_id: BaselinePath, request: Request) -> Response:
        """Returns the figures of a baseline byte for byte: measures, costs, and what was paid for each title."""
        async with engine.connect() as connection:
            _, figures = await get_baseline(connection, caller.council, baseline_id)
        return tagged_answer(request, figures.encode(), JSON)

    router.add_api_route("", post_baseline, methods=["POST"], status_code=201, responses=refusals(*_OF_A_BASELINE))
    router.add_api_route("", list_all, methods=["GET"], responses=refusals())
    router.add_api_route("/{baseline_id}", get_one, methods=["GET"], responses=refusals("no-such-baseline"))
    router.add_api_route("/{baseline_id}/figures", get_baseline_figures, methods=["GET"], responses=refusals("no-such-baseline"))
    return router


async def _frozen(answering: Answering, connection: AsyncConnection, caller: CouncilPrincipal, body: NewBaseline) -> Baseline:
    """Freezes the figures of this moment, in the transaction of the request."""
    with pointing_to(""):
        check_is_over(body.last, answering.clock.today())
        asked = await completed(connection, body.wanted(caller.council), answering.clock)
        measures, costs = await answering.measures(connection, asked), await answering.costs(connection, asked)
        titles = await titles_charged(connection, asked)
    figures = figures_text(measures=measures, costs=costs, titles=titles)
    frozen = body.of(caller.council, figures, titles, by=caller.subject, at=answering.clock.now())
    await keep_baseline(connection, frozen, figures)
    return frozen


def promises_router(engine: AsyncEngine, answering: Answering) -> APIRouter:
    """Returns the routes of promises."""
    router = APIRouter(prefix="/v1/promises", tags=["savings"])

    async def post_promise(caller: Writer, body: NewPromise, repeatable: Repeatable, response: Response) -> PromiseView:
        """Records what was promised to be saved. It cannot be changed; what is promised later is another promise."""
        async with repeatable.once(engine, caller) as turn:
            if turn.subject is None:
                made = body.of(caller.council, by=caller.subject, at=answering.clock.now())
                await keep_promise(turn.connection, made)
                turn.subject = str(made.promise_id)
            else:
                made = await get_promise(turn.connection, caller.council, UUID(turn.subject))
        response.headers["Location"] = f"/v1/promises/{made.promise_id}"
        return PromiseView.model_validate(made)

    async def list_all(caller: Reader, query: Paging) -> Page[PromiseView]:
        """Lists what the council was promised, the last recorded first."""
        async with engine.connect() as connection:
            after = query.after(datetime.fromisoformat, UUID)
            rows = await list_promises(connection, caller.council, after=after, limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.recorded_at, row.promise_id), view=PromiseView.model_validate)

    async def get_one(caller: Reader, promise_id: PromisePath) -> PromiseView:
        """Returns one promise."""
        async with engine.connect() as connection:
            return PromiseView.model_validate(await get_promise(connection, caller.council, promise_id))

    router.add_api_route(
        "", post_promise, methods=["POST"], status_code=201, responses=refusals("unknown-baseline", "promise-refused")
    )
    router.add_api_route("", list_all, methods=["GET"], responses=refusals())
    router.add_api_route("/{promise_id}", get_one, methods=["GET"], responses=refusals("no-such-promise"))
    return router
