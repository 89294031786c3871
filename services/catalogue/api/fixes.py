"""`/v1/titles/{isbn}/fixes`: what cataloguers say of a title, over every supplier's record."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue import store
from services.catalogue.api.titles import IsbnInPath, to_isbn
from services.catalogue.domain.fixes import Fix, fixed, no_such_fix
from services.catalogue.schemas import FixView, Lift, NewFix, fix_view
from services.catalogue.usecases.fixing import fix_field, lift
from shared.auth import CouncilPrincipal, Principal, council_with, principal_with
from shared.clock import Clock
from shared.http.paging import Page, PageQuery
from shared.http.refusals import refusals
from shared.ids import new_id

FixId = Annotated[UUID, Path(description="Identifies the fix")]
Reader = Annotated[Principal, Depends(principal_with("catalogue:read"))]
Cataloguer = Annotated[CouncilPrincipal, Depends(council_with("catalogue:write"))]


def fixes_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes with which a council's cataloguers fix fields of titles, which belong to all councils."""
    router = APIRouter(prefix="/v1/titles/{isbn}/fixes", tags=["titles"])

    async def list_fixes(_: Reader, isbn: IsbnInPath, query: Annotated[PageQuery, Query()]) -> Page[FixView]:
        """Lists the fixes of a title, those lifted too, the latest first: who, when and why."""
        after = query.after(datetime.fromisoformat, UUID)
        async with engine.connect() as connection:
            fixes = await store.fixes_of(connection, to_isbn(isbn), after=after, limit=query.fetched)
        return query.page(fixes, keys=lambda fix: (fix.made_at, fix.fix_id), view=fix_view)

    async def get_fix(_: Reader, isbn: IsbnInPath, fix_id: FixId) -> FixView:
        """Returns one fix, also one that was lifted."""
        wanted = to_isbn(isbn)
        async with engine.connect() as connection:
            fix = await store.find_fix(connection, wanted, fix_id)
        if fix is None:
            raise no_such_fix(wanted)
        return fix_view(fix)

    async def add_fix(caller: Cataloguer, isbn: IsbnInPath, body: NewFix, response: Response) -> FixView:
        """Fixes one field of a title, in place of an earlier fix. It stays, whatever suppliers send, until it is lifted."""
        description = fixed(body.field, body.value)
        made = (caller.council, caller.subject, body.reason, clock.now())
        fix = Fix(new_id(), to_isbn(isbn), body.field, description, *made)
        async with engine.begin() as connection:
            await fix_field(connection, fix, clock)
        response.headers["Location"] = f"/v1/titles/{fix.isbn}/fixes/{fix.fix_id}"
        return fix_view(fix)

    async def lift_fix(caller: Cataloguer, isbn: IsbnInPath, fix_id: FixId, body: Lift) -> FixView:
        """Lifts a fix: what suppliers state counts again."""
        async with engine.begin() as connection:
            ended = await lift(connection, to_isbn(isbn), fix_id, actor=caller.subject, reason=body.reason, clock=clock)
        return fix_view(ended)

    wrong = ("no-such-title", "no-such-field", "invalid-value", "empty-value", "nul-character")
    unknown = refusals("invalid-isbn", "no-such-fix")
    router.add_api_route("", list_fixes, methods=["GET"], responses=refusals("invalid-isbn"))
    router.add_api_route("", add_fix, methods=["POST"], status_code=201, responses=refusals("invalid-isbn", *wrong))
    router.add_api_route("/{fix_id}", get_fix, methods=["GET"], responses=unknown)
    router.add_api_route("/{fix_id}/lift", lift_fix, methods=["POST"], responses=unknown)
    return router
