"""`/v1/offers`: what the suppliers that serve a council offer of books, side by side, to be read before ordering."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue.api.titles import to_isbn
from services.catalogue.schemas.offers import BookOffers, OffersQuery, book_offers
from services.catalogue.usecases.offering import find_offers
from shared.auth import Principal, principal_with
from shared.clock import Clock
from shared.http.paging import Page, number
from shared.http.refusals import refusals

Reader = Annotated[Principal, Depends(principal_with("catalogue:read"))]


def offers_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the route of offers."""
    router = APIRouter(prefix="/v1/offers", tags=["offers"])

    async def list_offers(caller: Reader, query: Annotated[OffersQuery, Query()]) -> Page[BookOffers]:
        """Shows availability and price of books by supplier, each with its age, as the suppliers stated them.

        A council sees those of the suppliers that its sourcing rules name today, for ordering or for records, whether they have
        offered the book or not. Operations staff see those of every supplier with a record of the book.
        """
        wanted = list(dict.fromkeys(to_isbn(text, f"/query/isbn/{place}") for place, text in enumerate(query.isbn)))
        (first,) = query.after(number) or (0,)
        page = list(enumerate(wanted[first : first + query.fetched], first))
        async with engine.connect() as connection:
            found = await find_offers(connection, [isbn for _, isbn in page], caller.council, clock)
        now, today = clock.now(), clock.today()
        return query.page(
            page,
            keys=lambda placed: (placed[0] + 1,),
            view=lambda placed: book_offers(placed[1], found[placed[1]], now, today),
        )

    router.add_api_route("", list_offers, methods=["GET"], responses=refusals("invalid-isbn"))
    return router
