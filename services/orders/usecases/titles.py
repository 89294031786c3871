"""Keeps what the catalogue publishes about titles and their records."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store import judgements
from services.orders.store import titles as title_store
from shared.contracts.catalogue import RecordJudged, TitleChanged
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison
from shared.works.store import keep_editions


async def learn_titles(connection: AsyncConnection, arrived: Sequence[tuple[TitleChanged, Envelope]]) -> None:
    """Keeps title and author of ISBNs, for every order that shows them, and which are editions of one work."""
    events = [event for event, _ in arrived]
    await title_store.keep_titles(connection, events)
    await keep_editions(connection, events)


async def learn_judgements(connection: AsyncConnection, arrived: Sequence[tuple[RecordJudged, Envelope]]) -> None:
    """Keeps what a council's minimum says of the records of ISBNs, for every order of the council that shows them.

    Raises Poison for one that names no council.
    """
    if any(event.council is None for event, _ in arrived):
        raise Poison("a judgement of a record names no council")
    await judgements.keep_judgements(connection, [event for event, _ in arrived])
