"""`/v1/changes`: one ordered feed of what happened to a council's orders, goods, records and invoices."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.ext.asyncio import AsyncEngine

from services.lms.schemas.changes import ChangePage, ChangeQuery, change_page
from services.lms.usecases.reading import changes_awaited
from services.lms.waking import Waking
from shared.auth import CouncilPrincipal, council_with
from shared.http.refusals import refusals

Reader = Annotated[CouncilPrincipal, Depends(council_with("lms:read"))]


def changes_router(engine: AsyncEngine, waking: Waking) -> APIRouter:
    """Returns the routes of changes."""
    router = APIRouter(prefix="/v1/changes", tags=["changes"])

    async def list_changes(caller: Reader, query: Annotated[ChangeQuery, Query()]) -> ChangePage:
        """Returns what happened to the caller's council after a place in its feed, in the order in which it became known."""
        return change_page(await changes_awaited(engine, waking, query.wanted(caller.council), query.wait))

    refused = refusals("bad-cursor", "changes-forgotten", "feed-rebuilt", "no-room-to-wait", "too-many-waiting")
    router.add_api_route("", list_changes, methods=["GET"], responses=refused)
    return router
