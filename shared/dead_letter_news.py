"""Publishes which dead letters of a service wait for a person: the event, and the chapter that publishes it again.

Must not know the services. The messaging layer calls it with whatever it gives up.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.bus import to_envelope
from shared.clock import Clock
from shared.contracts.waiting import DeadLetterChanged
from shared.messaging.dead_letters.settling import letters_after
from shared.messaging.dead_letters.telling import LetterNews, Tell
from shared.messaging.envelope import Envelope
from shared.republish import PAGE, Chapter, Page, Statement, Wanted

_LONGEST_REASON = 500


def telling(service: str, clock: Clock) -> Tell:
    """Returns what makes the events about dead letters of a service, such as `orders` or `supplier-national`."""

    def tell(news: LetterNews) -> Envelope | None:
        # Such an event that is given up would lead to the next one, and so on.
        if news.event_type == DeadLetterChanged.event_type:
            return None
        return to_envelope(_changed(service, news), clock=clock)

    return tell


def dead_letter_chapter(service: Callable[[], str]) -> Chapter:
    """Returns the chapter of a service's dead letters. `service` is asked for its name where there are any."""

    async def read(connection: AsyncConnection, wanted: Wanted, after: UUID | None) -> Page:
        found = await letters_after(connection, wanted.council, after=after, limit=PAGE)
        told = [each for each in found if each.event_type != DeadLetterChanged.event_type]
        lately = [each for each in told if wanted.since is None or (each.settled_at or each.dead_at) >= wanted.since]
        return Page.of(found, (Statement(_changed(service(), each)) for each in lately), lambda last: last.dead_letter_id)

    return Chapter("dead letter", read)


def _changed(service: str, news: LetterNews) -> DeadLetterChanged:
    return DeadLetterChanged(
        council=news.council_id,
        service=service,
        dead_letter_id=news.dead_letter_id,
        consumer=news.consumer,
        given_up_type=news.event_type,
        reason=news.reason[:_LONGEST_REASON],
        dead_at=news.dead_at,
        settled_at=news.settled_at,
    )
