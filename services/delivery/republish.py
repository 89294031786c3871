"""`python -m services.delivery.republish [--council ISIL] [--since DAY]`: publishes consignments, delivery rules and
switches of the route again, as they are now.

Consignments with their receipts and discrepancies. Which copies are expected is the order book's to publish.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain.goods import Expected
from services.delivery.outgoing import events_of, rule_changed, switch_changed
from services.delivery.store import restating, routes
from services.delivery.store.restating import Whole
from services.delivery.store.switches import SWITCHES
from shared.dead_letter_news import dead_letter_chapter
from shared.republish import Chapter, Owner, Page, Statement, Wanted, command
from shared.sourcing.chapters import change_chapter, rule_chapter, switch_chapter
from shared.sourcing.rules import Strand

# A consignment can have thousands of items.
_PAGE = 20


async def _consignments(connection: AsyncConnection, wanted: Wanted, after: UUID | None) -> Page:
    found = await restating.consignments_after(connection, wanted.council, wanted.since, after=after, limit=_PAGE)
    statements = chain.from_iterable(map(_statements, found))
    return Page.of(found, statements, lambda whole: whole.consignment.consignment_id, _PAGE)


OWNER = Owner(
    [
        Chapter("consignment", _consignments),
        rule_chapter("delivery rule", routes.rules_after, rule_changed),
        switch_chapter(SWITCHES, switch_changed),
        change_chapter(Strand.DELIVERY),
        dead_letter_chapter(lambda: "delivery"),
    ],
    restating.councils,
)


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
