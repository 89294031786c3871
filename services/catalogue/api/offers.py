"""`/v1/offers`: what the suppliers that serve a council offer of books, side by side, to be read before ordering."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue.api.titles import to_isbn
from services.catalogue.schemas.offers import OffersAnswer, offers_answer
from services.catalogue.usecases.offering import find_offers
from shared.auth import Principal, principal_with
from shared.clock import Clock

MOST_BOOKS = 100
Reader = Annotated[Principal, Depends(principal_with("catalogue:read"))]
Isbns = Annotated[list[str], Query(alias="isbn", min_length=1, max_length=MOST_BOOKS, description="ISBN-10 or ISBN-13")]


def offers_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the route of offers."""
    router = APIRouter(prefix="/v1/offers", tags=["offers"])

    async def list_offers(caller: Reader, isbns: Isbns) -> OffersAnswer:
        """Shows availability and price of books by supplier, each with its age, as the suppliers stated them.

        A council sees those of the suppliers that its sourcing rules name today, for ordering or for records, whether they have
        offered the book or not. Operations staff see those of every supplier with a record of the book.
        """
        wanted = list(dict.fromkeys(to_isbn(text, f"/query/isbn/{place}") for place, text in enumerate(isbns)))
        async with engine.connect() as connection:
            found = await find_offers(connection, wanted, caller.council, clock)
        return offers_answer(found, clock.now(), clock.today())

    router.add_api_route("", list_offers, methods=["GET"])
    return router
