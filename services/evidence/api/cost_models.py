"""`/v1/cost-models`: what a council states that its own work costs, from a day on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.evidence.api.paths import ValidFromPath
from services.evidence.schemas.cost_models import CostModelsView, CostModelView, NewCostModel, cost_models_view
from services.evidence.usecases.costing import find_models, get_cost_model, lock_model, set_model
from shared.acts.noting import note_change
from shared.auth import CouncilPrincipal, council_with
from shared.clock import Clock
from shared.http.headers import IfMatchWhereSent, check_required_match
from shared.http.paging import PageQuery
from shared.http.refusals import Responses, refusals
from shared.http.representations import tag_of_view

Reader = Annotated[CouncilPrincipal, Depends(council_with("evidence:read"))]
Writer = Annotated[CouncilPrincipal, Depends(council_with("evidence:write"))]


def cost_models_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of a council's cost models."""
    router = APIRouter(prefix="/v1/cost-models", tags=["costs"])

    async def list_models(caller: Reader, query: Annotated[PageQuery, Query()]) -> CostModelsView:
        """Returns the council's cost models in order of their first days, and the days on which none applies."""
        async with engine.connect() as connection:
            return cost_models_view(await find_models(connection, caller.council), query)

    async def get_model(caller: Reader, valid_from: ValidFromPath, response: Response) -> CostModelView:
        """Returns the model that was set for a day, as it was set last."""
        async with engine.connect() as connection:
            view = CostModelView.model_validate(await get_cost_model(connection, caller.council, valid_from))
        response.headers["ETag"] = tag_of_view(view)
        return view

    async def put_model(
        caller: Writer, valid_from: ValidFromPath, body: NewCostModel, response: Response, if_match: IfMatchWhereSent = ""
    ) -> CostModelView:
        """Sets the model that applies from a day on; the day may be in the past. 201 for the first one of the day.

        One that replaces another names it by `If-Match`. What was set before is kept as the audit.
        """
        model = body.of(caller.council, valid_from, by=caller.subject, at=clock.now())
        async with engine.begin() as connection:
            before = await lock_model(connection, caller.council, valid_from)
            if before is not None and not before.says_the_same(model):
                check_required_match(if_match, tag_of_view(CostModelView.model_validate(before)), "cost model")
            kept = await set_model(connection, model, before)
            await note_change(connection, before or {}, kept)
        view = CostModelView.model_validate(kept)
        response.headers["ETag"] = tag_of_view(view)
        if before is None:
            response.status_code = 201
            response.headers["Location"] = f"/v1/cost-models/{valid_from}"
        return view

    put: Responses = {201: {"model": CostModelView, "description": "The first model of the day"}}
    put |= refusals("ends-before-it-begins", "if-match-required")
    router.add_api_route("", list_models, methods=["GET"], responses=refusals())
    router.add_api_route("/{valid_from}", get_model, methods=["GET"], responses=refusals("no-such-cost-model"))
    router.add_api_route("/{valid_from}", put_model, methods=["PUT"], responses=put)
    return router
