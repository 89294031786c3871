"""Publishes titles, each under the cause of its change."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import outgoing
from services.catalogue.domain.merging import Title
from shared.bus import to_envelope
from shared.clock import Clock
from shared.messaging.envelope import Envelope
from shared.messaging.outbox import append


async def publish_titles(
    connection: AsyncConnection, titles: Iterable[Title], clock: Clock, cause: Callable[[str], None]
) -> None:
    """Publishes titles as they are now. `cause` is called with an ISBN before its event is made."""
    published: list[Envelope] = []
    for title in titles:
        cause(title.isbn)
        published.append(to_envelope(outgoing.title_changed(title), clock=clock, version=title.version))
    await append(connection, published)


def as_it_is(_: str) -> None:
    """Leaves the cause of an event as it is: a request, or the timer."""
