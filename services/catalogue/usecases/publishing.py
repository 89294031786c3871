"""Gives titles to the councils that ordered them, and publishes them, each under the cause of its change."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import outgoing, store
from services.catalogue.domain.duplication import Tally, What, first_uses
from services.catalogue.domain.merging import Title
from services.catalogue.store.duplication import note_duplication
from shared.bus import to_envelope
from shared.clock import Clock
from shared.messaging.envelope import Envelope
from shared.messaging.outbox import append


async def serve_titles(
    connection: AsyncConnection,
    titles: Sequence[Title],
    clock: Clock,
    cause: Callable[[str], None],
    *,
    first_orders: Set[tuple[str, str]] = frozenset(),
) -> None:
    """Gives those of the titles that were ordered to their readers, and publishes them as they are now; counts who uses them.

    The titles are locked. `cause` is called with an ISBN before its event. `first_orders`: pairs of ISBN and council that order a
    book for the first time now; as its title is here, no record need be requested.
    """
    readers = await store.readers_of(connection, [title.isbn for title in titles])
    ordered = {isbn for isbn, _, _ in readers}
    told = [title for title in titles if title.isbn in ordered]
    await store.touch_orders(connection, ordered)
    published: list[Envelope] = []
    for title in told:
        cause(title.isbn)
        published.append(to_envelope(outgoing.title_changed(title), clock=clock, version=title.version))
    await append(connection, published)
    suppliers = {title.isbn: title.supplier_id for title in told}
    tally, today = Tally(), clock.today()
    for use in first_uses(readers):
        tally.add(today, suppliers[use.isbn], What.USED, [use.council], use.nth)
        if (use.isbn, use.council) in first_orders:
            tally.add(today, suppliers[use.isbn], What.REQUEST_SAVED, [use.council])
    await note_duplication(connection, tally)


def as_it_is(_: str) -> None:
    """Leaves the cause of an event as it is: a request, or the timer."""
