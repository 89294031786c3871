"""`/v1/duplication`: records that came for nothing, and cataloguing that was done once for many councils."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue.domain.duplication import ALL_COUNCILS
from services.catalogue.schemas.duplication import DuplicationPeriod, duplication_period
from services.catalogue.store.duplication import duplication_between
from shared.auth import Principal, principal_with
from shared.errors import DomainError, Fault, Kind
from shared.http.refusals import refusals

MOST_DAYS = 366
Reader = Annotated[Principal, Depends(principal_with("catalogue:read"))]
First = Annotated[date, Query(alias="from", description="First day", examples=["2026-11-01"])]
Last = Annotated[date, Query(alias="to", description="Last day; a year from the first at most", examples=["2026-11-30"])]


def duplication_router(engine: AsyncEngine) -> APIRouter:
    """Returns the route of what was catalogued twice, and what was saved."""
    router = APIRouter(prefix="/v1/duplication", tags=["duplication"])

    async def get_duplication(caller: Reader, first: First, last: Last) -> DuplicationPeriod:
        """Returns counts of a period by supplier: of the caller's council, and of all councils together.

        Operations staff get those of every council.
        """
        _check(first, last)
        councils = None if caller.council is None else [caller.council, ALL_COUNCILS]
        async with engine.connect() as connection:
            return duplication_period(first, last, await duplication_between(connection, first, last, councils))

    router.add_api_route("", get_duplication, methods=["GET"], responses=refusals("invalid-period"))
    return router


def _check(first: date, last: date) -> None:
    days = (last - first).days + 1
    if not 1 <= days <= MOST_DAYS:
        found = "it is before `from`" if days < 1 else f"these are {days:,} days"
        fault = Fault("/query/to", "invalid-period", f"`to` is `from` or a later day, {MOST_DAYS} days in all at most; {found}.")
        raise DomainError(fault.code, fault.detail, Kind.INVALID, [fault])
