"""`/v1/item-profile`: the field of MARC in which a council's system loads the copies that it ordered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue import store
from services.catalogue.schemas.items import ItemFields, ItemFieldsView, item_fields_view
from shared.auth import CouncilPrincipal, council_with
from shared.clock import Clock
from shared.formats.marc import KOHA
from shared.http.refusals import refusals

Reader = Annotated[CouncilPrincipal, Depends(council_with("catalogue:read"))]
Writer = Annotated[CouncilPrincipal, Depends(council_with("catalogue:write"))]


def item_profile_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of a council's own profile."""
    router = APIRouter(prefix="/v1/item-profile", tags=["titles"])

    async def get_profile(caller: Reader) -> ItemFieldsView:
        """Returns the field that is in force: the council's own, else 952 as Koha loads it."""
        async with engine.connect() as connection:
            profile = await store.profile_of(connection, caller.council)
        return item_fields_view(KOHA if profile is None else profile.written, profile)

    async def set_profile(caller: Writer, body: ItemFields) -> ItemFieldsView:
        """Sets the field. It applies to what is served from now on; read `/v1/records` from its beginning to load all again."""
        profile = store.ItemProfile(caller.council, body.as_fields(), caller.subject, clock.now())
        async with engine.begin() as connection:
            await store.keep_profile(connection, profile)
        return item_fields_view(profile.written, profile)

    router.add_api_route("", get_profile, methods=["GET"], responses=refusals())
    router.add_api_route("", set_profile, methods=["PUT"], responses=refusals())
    return router
