"""`/v1/switches` of the delivery strand: what they are made of."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.delivery import schemas, usecases
from services.delivery.domain.switching import RouteSwitch
from shared.clock import Clock
from shared.sourcing.api.switches import ServedSwitches, switches_router


def route_switches_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns `/v1/switches` of the delivery strand."""

    async def view(connection: AsyncConnection, found: RouteSwitch) -> schemas.RouteSwitchView:
        counts = await usecases.progress(connection, found, clock)
        history = await usecases.SWITCHES.store.history_of(connection, found.switch_id)
        return schemas.switch_view(found, counts, history, await usecases.warnings_of(connection, found, clock))

    served = ServedSwitches(
        scope_read="delivery:read",
        scope_write="delivery:write",
        switches=usecases.SWITCHES,
        asked=schemas.AskedRouteSwitch,
        summary=schemas.RouteSwitchSummary,
        detail=schemas.RouteSwitchView,
        previewed=schemas.RouteSwitchPreview,
        preview=_preview_switch,
        view=view,
    )
    return switches_router(served, engine, clock)


async def _preview_switch(
    connection: AsyncConnection, asked: schemas.AskedRouteSwitch, new: RouteSwitch, clock: Clock
) -> schemas.RouteSwitchPreview:
    previewed = await usecases.preview_switch(connection, asked, new, clock)
    return schemas.switch_preview(new, previewed.changes, previewed.found, previewed.warnings)
