"""`/v1/switches/rehearsal`: parse, use case, render."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncEngine

from services.orders import schemas, usecases
from services.orders.api.access import Reader
from shared.clock import Clock
from shared.http.refusals import refusals
from shared.sourcing.api import new_rule
from shared.sourcing.rules import Strand


def rehearsals_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the route of `/v1/switches/rehearsal`."""
    router = APIRouter(prefix="/v1/switches", tags=["switches"])

    async def rehearse(body: schemas.RehearsalBody, caller: Reader) -> schemas.RehearsalView:
        """Shows where the orders of a past period would have gone by proposed rules, or after a switch. Writes nothing."""
        rules = [new_rule(caller.council, Strand.ORDERING, rule) for rule in body.rules or ()]
        wanted = usecases.Rehearse(caller.council, body.first, body.last, rules, body.switch)
        async with engine.connect() as connection:
            found = await usecases.rehearse(connection, wanted, clock)
        return schemas.rehearsal_view(found.on, found.rehearsal)

    router.add_api_route("/rehearsal", rehearse, methods=["POST"], responses=refusals("rehearsal-refused"))
    return router
