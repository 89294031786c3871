"""Finds what suppliers offer of books, for a council that is about to order."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import store
from services.catalogue.domain.offers import SupplierOffers, side_by_side
from services.catalogue.store.serving import suppliers_serving
from shared.clock import Clock


async def find_offers(
    connection: AsyncConnection, isbns: Collection[str], council: str | None, clock: Clock
) -> dict[str, list[SupplierOffers]]:
    """Returns the offers of each of these books: of the suppliers that serve a council; of all, for a reader of none."""
    serving = None if council is None else await suppliers_serving(connection, council, clock.today())
    books = await store.records_of_all(connection, isbns)
    return {isbn: side_by_side(books[isbn], serving) for isbn in isbns}
