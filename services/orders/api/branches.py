"""`/v1/branches` and `/v1/funds`: parse, store, render."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.orders import schemas
from services.orders.api.access import Reader, Writer
from services.orders.domain.register import Branch, Fund
from services.orders.store import register
from shared.errors import Fault
from shared.sourcing.api import BRANCH_PARAMETER


async def check_branch(connection: AsyncConnection, council: str, code: str, day: date) -> Fault | None:
    """Returns why a council's branch, named in a query, takes no orders on a day; None where it does."""
    registers = await register.registers_on(connection, [council], day)
    return registers[council].branch_fault(code, BRANCH_PARAMETER)


def branches_router(engine: AsyncEngine) -> APIRouter:
    """Returns the routes of `/v1/branches`: the council's branches, which its orders may name."""
    router = APIRouter(prefix="/v1/branches", tags=["branches"])

    async def list_branches(caller: Reader) -> list[Branch]:
        """Lists all branches of the caller's council."""
        async with engine.connect() as connection:
            return await register.list_branches(connection, caller.council)

    async def keep_branches(body: schemas.BranchBodies, caller: Writer) -> list[Branch]:
        """Adds branches and changes known ones. None is removed: one that takes no more orders gets a `closed_from`."""
        async with engine.begin() as connection:
            await register.keep_branches(connection, caller.council, [branch.branch() for branch in body])
            return await register.list_branches(connection, caller.council)

    router.add_api_route("", list_branches, methods=["GET"])
    router.add_api_route("", keep_branches, methods=["PUT"])
    return router


def funds_router(engine: AsyncEngine) -> APIRouter:
    """Returns the routes of `/v1/funds`: the council's funds. Its orders may name any fund until it registers the first."""
    router = APIRouter(prefix="/v1/funds", tags=["funds"])

    async def list_funds(caller: Reader) -> list[Fund]:
        """Lists all funds of the caller's council. An empty list: its orders may name any fund."""
        async with engine.connect() as connection:
            return await register.list_funds(connection, caller.council)

    async def keep_funds(body: schemas.FundBodies, caller: Writer) -> list[Fund]:
        """Adds funds and changes known ones. None is removed: one that takes no more orders gets a `closed_from`."""
        async with engine.begin() as connection:
            await register.keep_funds(connection, caller.council, [fund.fund() for fund in body])
            return await register.list_funds(connection, caller.council)

    router.add_api_route("", list_funds, methods=["GET"])
    router.add_api_route("", keep_funds, methods=["PUT"])
    return router
