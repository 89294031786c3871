"""`/v1/branches`: parse, store, render."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncEngine

from services.orders import schemas
from services.orders.api.access import Reader, Writer
from services.orders.store import reading
from shared.contracts.base import Place


def branches_router(engine: AsyncEngine) -> APIRouter:
    """Returns the routes of `/v1/branches`: the council's branches, which its orders may name."""
    router = APIRouter(prefix="/v1/branches", tags=["branches"])

    async def list_branches(caller: Reader) -> list[Place]:
        """Lists all branches of the caller's council."""
        async with engine.connect() as connection:
            return await reading.list_branches(connection, caller.council)

    async def keep_branches(body: list[schemas.BranchBody], caller: Writer) -> list[Place]:
        """Adds branches and changes known ones. None is removed: orders name them for ever."""
        async with engine.begin() as connection:
            if body:
                await reading.keep_branches(connection, caller.council, [branch.place() for branch in body])
            return await reading.list_branches(connection, caller.council)

    router.add_api_route("", list_branches, methods=["GET"])
    router.add_api_route("", keep_branches, methods=["PUT"])
    return router
