"""Finds a title with the records that it was merged from, and the copies that the reader's council ordered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import store
from services.catalogue.domain.items import NO_HOLDINGS, Holdings
from services.catalogue.domain.merging import Scored, Title
from services.catalogue.domain.offers import without_prices
from services.catalogue.domain.records import no_such_title
from services.catalogue.store.serving import suppliers_serving
from services.catalogue.usecases.holding import holdings_of
from shared.clock import Clock


@dataclass(frozen=True, slots=True)
class TitleInFull:
    """A title, the records it was merged from, and the copies of it that the reader's council ordered."""

    title: Title
    records: list[Scored]
    holdings: Holdings


async def find_title(connection: AsyncConnection, isbn: str, council: str | None, clock: Clock) -> TitleInFull:
    """Returns a title by ISBN-13 as a council reads it: with the prices of the suppliers that serve it today.

    Raises DomainError (404), naming the suppliers asked.
    """
    title = await store.get_title(connection, isbn)
    if title is None:
        raise no_such_title(isbn, await store.suppliers_asked(connection, isbn))
    held = await holdings_of(connection, council, [isbn])
    records = await store.records_of(connection, isbn)
    if council is not None:
        serving = await suppliers_serving(connection, council, clock.today())
        records = [each if each.record.supplier_id in serving else _without_prices(each) for each in records]
    return TitleInFull(title, records, held.get(isbn, NO_HOLDINGS))


def _without_prices(each: Scored) -> Scored:
    return replace(each, record=replace(each.record, offers=without_prices(each.record.offers)))
