"""`/v1/titles/{isbn}/fixes`: what cataloguers say of a title, over every supplier's record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.catalogue import store
from services.catalogue.api.titles import IsbnInPath, to_isbn
from services.catalogue.domain.fixes import Fix, fixed, no_such_fix
from services.catalogue.schemas import FixView, Lift, NewFix, fix_view
from services.catalogue.usecases.fixing import fix_field, lift
from shared.acts.noting import note_act
from shared.auth import CouncilPrincipal, Principal, council_with, principal_with
from shared.clock import Clock
from shared.http.headers import IfMatchWhereSent, check_match
from shared.http.paging import Page, PageQuery
from shared.http.refusals import refusals
from shared.http.repeating import Repeatable
from shared.http.representations import tag_of_view, with_tag
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

    async def get_fix(_: Reader, isbn: IsbnInPath, fix_id: FixId, response: Response) -> FixView:
        """Returns one fix, also one that was lifted."""
        async with engine.connect() as connection:
            return with_tag(await _shown(connection, to_isbn(isbn), fix_id), response)

    async def add_fix(caller: Cataloguer, isbn: IsbnInPath, body: NewFix, repeatable: Repeatable, response: Response) -> FixView:
        """Fixes one field of a title, in place of an earlier fix. It stays, whatever suppliers send, until it is lifted."""
        description = fixed(body.field, body.value)
        made = (caller.council, caller.subject, body.reason, clock.now())
        fix = Fix(new_id(), to_isbn(isbn), body.field, description, *made)
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                await fix_field(turn.connection, fix, clock)
                turn.subject = str(fix.fix_id)
            shown = await _shown(turn.connection, fix.isbn, UUID(turn.subject))
        response.headers["Location"] = f"/v1/titles/{fix.isbn}/fixes/{shown.fix_id}"
        return shown

    wrong = ("no-such-title", "no-such-field", "invalid-value", "empty-value", "nul-character")
    unknown = refusals("invalid-isbn", "no-such-fix")
    router.add_api_route("", list_fixes, methods=["GET"], responses=refusals("invalid-isbn"))
    router.add_api_route("", add_fix, methods=["POST"], status_code=201, responses=refusals("invalid-isbn", *wrong))
    router.add_api_route("/{fix_id}", get_fix, methods=["GET"], responses=unknown)
    router.add_api_route("/{fix_id}/lift", _lift(engine, clock), methods=["POST"], responses=unknown)
    return router


def _lift(engine: AsyncEngine, clock: Clock) -> Callable[..., Awaitable[FixView]]:
    """Returns the route that lifts a fix."""

    async def lift_fix(
        caller: Cataloguer,
        isbn: IsbnInPath,
        fix_id: FixId,
        body: Lift,
        repeatable: Repeatable,
        if_match: IfMatchWhereSent = "",
    ) -> FixView:
        """Lifts a fix: what suppliers state counts again."""
        wanted = to_isbn(isbn)
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                check_match(if_match, tag_of_view(await _shown(turn.connection, wanted, fix_id)), "fix")
                lifted = await lift(turn.connection, wanted, fix_id, actor=caller.subject, reason=body.reason, clock=clock)
                await note_act(turn.connection, before={"field": lifted.field, "in_force": True}, after={"in_force": False})
            return await _shown(turn.connection, wanted, fix_id)

    return lift_fix


async def _shown(connection: AsyncConnection, isbn: str, fix_id: UUID) -> FixView:
    fix = await store.find_fix(connection, isbn, fix_id)
    if fix is None:
        raise no_such_fix(isbn)
    return fix_view(fix)
