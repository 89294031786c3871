"""Keeps what the catalogue publishes about titles."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store import titles as title_store
from shared.contracts.catalogue import TitleChanged
from shared.messaging.envelope import Envelope


async def learn_titles(connection: AsyncConnection, arrived: Sequence[tuple[TitleChanged, Envelope]]) -> None:
    """Keeps title and author of ISBNs, for every order that shows them."""
    await title_store.keep_titles(connection, [event for event, _ in arrived])
