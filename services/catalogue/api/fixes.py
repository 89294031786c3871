"""`/v1/titles/{isbn}/fixes`: what cataloguers say of a title, over every supplier's record."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue import store
from services.catalogue.api.titles import to_isbn
from services.catalogue.domain.fixes import Fix, fixed
from services.catalogue.schemas import FixView, Lift, NewFix, fix_view
from services.catalogue.usecases.fixing import fix_field, lift
from shared.auth import CouncilPrincipal, Principal, council_with, principal_with
from shared.clock import Clock

Reader = Annotated[Principal, Depends(principal_with("catalogue:read"))]
Cataloguer = Annotated[CouncilPrincipal, Depends(council_with("catalogue:write"))]


def fixes_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes with which a council's cataloguers fix fields of titles, which belong to all councils."""
    router = APIRouter(prefix="/v1/titles/{isbn}/fixes", tags=["titles"])

    async def list_fixes(_: Reader, isbn: str) -> list[FixView]:
        """Lists every fix of a title, those lifted too, the latest first: who, when and why."""
        async with engine.connect() as connection:
            return [fix_view(fix) for fix in await store.fixes_of(connection, to_isbn(isbn))]

    async def add_fix(caller: Cataloguer, isbn: str, body: NewFix) -> FixView:
        """Fixes one field of a title, in place of an earlier fix. It stays, whatever suppliers send, until it is lifted."""
        description = fixed(body.field, body.value)
        fix = Fix(to_isbn(isbn), body.field, description, caller.council, caller.subject, body.reason, clock.now())
        async with engine.begin() as connection:
            await fix_field(connection, fix, clock)
        return fix_view(fix)

    async def lift_fix(caller: Cataloguer, isbn: str, field: str, body: Lift) -> FixView:
        """Lifts the fix of a field: what suppliers state counts again."""
        async with engine.begin() as connection:
            ended = await lift(connection, to_isbn(isbn), field, actor=caller.subject, reason=body.reason, clock=clock)
        return fix_view(ended)

    router.add_api_route("", list_fixes, methods=["GET"])
    router.add_api_route("", add_fix, methods=["POST"], status_code=201)
    router.add_api_route("/{field}/lift", lift_fix, methods=["POST"])
    return router
