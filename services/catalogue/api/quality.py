"""`/v1/record-minimum` and `/v1/record-quality`: what a council wants of records, and how good they are."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue.domain.quality import by_supplier
from services.catalogue.schemas.quality import MinimumsView, NewMinimum, QualityView, minimums_view, quality_view
from services.catalogue.store.quality import quality_of
from services.catalogue.usecases.minimums import find_minimums, set_minimum
from shared.acts.noting import note_change
from shared.auth import CouncilPrincipal, Principal, council_with, principal_with
from shared.clock import Clock
from shared.db.locks import lock_names
from shared.http.asked import ONE_THING
from shared.http.headers import IfMatch, check_required_match
from shared.http.refusals import refusals
from shared.http.representations import tag_of_view, with_tag

Anyone = Annotated[Principal, Depends(principal_with("catalogue:read"))]
Reader = Annotated[CouncilPrincipal, Depends(council_with("catalogue:read"))]
Cataloguer = Annotated[CouncilPrincipal, Depends(council_with("catalogue:write"))]
Month = Annotated[
    str,
    Query(
        pattern=r"^20\d\d-(0[1-9]|1[0-2])$",
        max_length=7,
        description="The month in which the exchange took the records in",
        examples=["2026-11"],
    ),
]


def quality_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of records' quality."""
    router = APIRouter(prefix="/v1", tags=["record quality"])

    async def get_minimum(caller: Reader, response: Response) -> MinimumsView:
        """Returns the minimum by which the council's records are judged today, and those that will begin."""
        async with engine.connect() as connection:
            return with_tag(minimums_view(*await find_minimums(connection, caller.council, clock)), response)

    async def put_minimum(caller: Cataloguer, body: NewMinimum, response: Response, if_match: IfMatch = "") -> MinimumsView:
        """Sets the council's own minimum from a day on, in place of one set for the same day; or returns to the default.

        Records of ordered books that are there already are judged again within some minutes of its beginning.
        """
        async with engine.begin() as connection:
            await lock_names(connection, f"record-minimum/{caller.council}")
            before = minimums_view(*await find_minimums(connection, caller.council, clock))
            check_required_match(if_match, tag_of_view(before), "minimum")
            await set_minimum(connection, caller.council, body.own(), valid_from=body.valid_from, by=caller.subject, clock=clock)
            after = minimums_view(*await find_minimums(connection, caller.council, clock))
            await note_change(connection, before, after)
            return with_tag(after, response)

    async def get_quality(_: Anyone, month: Month) -> QualityView:
        """Returns how good the records are that each supplier sent in a month, by the project's default minimum."""
        first = date.fromisoformat(f"{month}-01")
        async with engine.connect() as connection:
            return quality_view(first, by_supplier(await quality_of(connection, first)))

    one = dict(ONE_THING)
    router.add_api_route("/record-minimum", get_minimum, methods=["GET"], responses=refusals(), openapi_extra=one)
    router.add_api_route("/record-minimum", put_minimum, methods=["PUT"], responses=refusals("invalid-minimum"))
    router.add_api_route("/record-quality", get_quality, methods=["GET"], responses=refusals())
    return router
