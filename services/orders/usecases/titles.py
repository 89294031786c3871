"""Keeps what the catalogue publishes about titles."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store import titles as title_store
from shared.contracts.catalogue import TitleChanged
from shared.messaging.envelope import Envelope


async def learn_title(connection: AsyncConnection, event: TitleChanged, _: Envelope) -> None:
    """Keeps title and author of an ISBN, for every order that shows it."""
    await title_store.keep_title(connection, event)
