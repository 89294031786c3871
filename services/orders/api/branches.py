"""`/v1/branches`: parse, store, render."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.orders import schemas, usecases
from services.orders.api.access import Reader, Writer
from services.orders.domain.register import Branch
from services.orders.store import register
from shared.errors import Fault
from shared.http.headers import IfMatchWhereSent, bare_tag
from shared.http.paging import Page, PageQuery
from shared.http.refusals import refusals
from shared.sourcing.api import BRANCH_PARAMETER


async def check_branch(connection: AsyncConnection, council: str, code: str, day: date) -> Fault | None:
    """Returns why a council's branch, named in a query, takes no orders on a day; None where it does."""
    registers = await register.registers_on(connection, [council], day)
    return registers[council].branch_fault(code, BRANCH_PARAMETER)


def branches_router(engine: AsyncEngine) -> APIRouter:
    """Returns the routes of `/v1/branches`: the council's branches, which its orders may name."""
    router = APIRouter(prefix="/v1/branches", tags=["branches"])

    async def list_branches(caller: Reader, query: Annotated[PageQuery, Query()], response: Response) -> Page[Branch]:
        """Lists the branches of the caller's council by code. The ETag of each page is that of all of them."""
        after = query.after(str)
        async with engine.connect() as connection:
            await _tag(connection, caller.council, response)
            rows = await register.list_branches(connection, caller.council, after=after, limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.code,), view=lambda row: row)

    async def keep_branches(
        body: schemas.BranchBodies, caller: Writer, response: Response, if_match: IfMatchWhereSent = ""
    ) -> schemas.KeptBranches:
        """Adds branches, changes known ones, and answers with all on one page.

        None is removed: one that takes no more orders gets a `closed_from`; with `taken_over_by`, its open copies, also those on
        the way, go to another branch from that day on, which also unpacks the copies that orders asked to unpack there. Without
        it they stay, and `warnings` names their orders. To change known ones, send the ETag of the list as `If-Match` (428
        without): others may have changed them since. A repetition changes nothing, and is answered.
        """
        wanted = usecases.KeepBranches(caller.council, [branch.branch() for branch in body], bare_tag(if_match))
        async with engine.begin() as connection:
            kept = await usecases.keep_branches(connection, wanted)
            await _tag(connection, caller.council, response)
        return schemas.KeptBranches(items=kept.branches, warnings=list(kept.warnings))

    router.add_api_route("", list_branches, methods=["GET"], responses=refusals())
    router.add_api_route(
        "", keep_branches, methods=["PUT"], responses=refusals("too-many-branches", "if-match-required", "invalid-takeover")
    )
    return router


async def _tag(connection: AsyncConnection, council: str, response: Response) -> None:
    response.headers["ETag"] = f'"{await register.tag_of_branches(connection, council)}"'
