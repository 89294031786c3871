"""Gives titles to the councils that ordered them, and publishes them, each under the cause of its change."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import outgoing, store
from services.catalogue.domain.duplication import Tally, Use, What, first_uses
from services.catalogue.domain.merging import Title
from services.catalogue.store.duplication import note_duplication
from shared.bus import to_envelope
from shared.clock import Clock
from shared.messaging.envelope import Envelope
from shared.messaging.outbox import append


async def serve_titles(
    connection: AsyncConnection, titles: Sequence[Title], clock: Clock, cause: Callable[[str], None]
) -> list[Use]:
    """Gives those of the titles that were ordered to their readers, and publishes them as they are now; counts who uses them.

    Returns who gets which title for the first time. The titles are locked. `cause` is called with an ISBN before its event.
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
    # The council without a name stands for all orders from before orders were noted.
    uses = first_uses(reader for reader in readers if reader[1])
    await note_uses(connection, What.USED, uses, told, clock)
    return uses


async def note_uses(connection: AsyncConnection, what: What, uses: Sequence[Use], titles: Sequence[Title], clock: Clock) -> None:
    """Counts what these uses are, each for the supplier whose record gave the words of the title."""
    suppliers = {title.isbn: title.supplier_id for title in titles}
    tally = Tally()
    for use in uses:
        nth = use.nth if what is What.USED else 0
        tally.add(clock.today(), suppliers[use.isbn], what, [use.council], nth)
    await note_duplication(connection, tally)


def as_it_is(_: str) -> None:
    """Leaves the cause of an event as it is: a request, or the timer."""
