"""`/v1/item-profile`: the field of MARC in which a council's system loads the copies that it ordered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.catalogue import store
from services.catalogue.schemas.items import ItemFields, ItemFieldsView, item_fields_view
from shared.acts.noting import note_change
from shared.auth import CouncilPrincipal, council_with
from shared.clock import Clock
from shared.db.locks import lock_names
from shared.formats.marc import KOHA
from shared.http.asked import ONE_THING
from shared.http.headers import IfMatch, check_required_match
from shared.http.refusals import refusals
from shared.http.representations import tag_of_view, with_tag

Reader = Annotated[CouncilPrincipal, Depends(council_with("catalogue:read"))]
Writer = Annotated[CouncilPrincipal, Depends(council_with("catalogue:write"))]


def item_profile_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of a council's own profile."""
    router = APIRouter(prefix="/v1/item-profile", tags=["titles"])

    async def get_profile(caller: Reader, response: Response) -> ItemFieldsView:
        """Returns the field that is in force: the council's own, else 952 as Koha loads it."""
        async with engine.connect() as connection:
            return with_tag(await _in_force(connection, caller.council), response)

    async def set_profile(caller: Writer, body: ItemFields, response: Response, if_match: IfMatch = "") -> ItemFieldsView:
        """Sets the field. It applies to what is served from now on; read `/v1/records` from its beginning to load all again."""
        profile = store.ItemProfile(caller.council, body.as_fields(), caller.subject, clock.now())
        async with engine.begin() as connection:
            await lock_names(connection, f"item-profile/{caller.council}")
            before, after = await _in_force(connection, caller.council), item_fields_view(profile.written, profile)
            check_required_match(if_match, tag_of_view(before), "profile")
            await store.keep_profile(connection, profile)
            await note_change(connection, before, after)
        return with_tag(after, response)

    router.add_api_route("", get_profile, methods=["GET"], responses=refusals(), openapi_extra=dict(ONE_THING))
    router.add_api_route("", set_profile, methods=["PUT"], responses=refusals())
    return router


async def _in_force(connection: AsyncConnection, council: str) -> ItemFieldsView:
    profile = await store.profile_of(connection, council)
    return item_fields_view(KOHA if profile is None else profile.written, profile)
