"""`python -m services.delivery.republish [--council ISIL] [--since DAY]`: publishes consignments again, as they are now.

Each with its receipts and its discrepancies. Which copies are expected is the order book's to publish.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain.goods import Expected
from services.delivery.outgoing import events_of
from services.delivery.store import restating
from services.delivery.store.restating import Whole
from shared.republish import Chapter, Owner, Page, Statement, Wanted, command

# A consignment can have thousands of items.
_PAGE = 20


async def _consignments(connection: AsyncConnection, wanted: Wanted, after: UUID | None) -> Page:
    found = await restating.consignments_after(connection, wanted.council, wanted.since, after=after, limit=_PAGE)
    statements = chain.from_iterable(map(_statements, found))
    return Page.of(found, statements, lambda whole: whole.consignment.consignment_id, _PAGE)


OWNER = Owner([Chapter("consignment", _consignments)], restating.councils)


def _statements(whole: Whole) -> Iterator[Statement]:
    expected = Expected(whole.consignment, tuple(whole.items.values()))
    for event in events_of([expected]):
        yield Statement(event, at=whole.consignment.created_at)
    for received in whole.received:
        for event in events_of([received]):
            yield Statement(event, at=received.received_at)
    for found in whole.found:
        for event in events_of([found]):
            yield Statement(event, at=found.found_at)


if __name__ == "__main__":
    command(OWNER)
