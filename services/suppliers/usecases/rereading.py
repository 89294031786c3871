"""Reads a kept message again for people: to check a mapping, to suggest one, to preview a replay."""

from __future__ import annotations

import asyncio

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import RawMessage, Reading, ReadsFeeds
from services.suppliers.domain.messages import Message
from services.suppliers.domain.reading import read
from services.suppliers.exchange import Exchange
from services.suppliers.store import messages

_HEAD = 8_192


async def reread(connection: AsyncConnection, exchange: Exchange, message: Message) -> Reading:
    """Returns what a message states. Raises DomainError (413) for one that was kept in parts."""
    raw = RawMessage(message.name, await messages.body_of(connection, message.id), message.content_type)
    # A file of any size is read here: in a thread, so that other requests do not wait.
    return await asyncio.to_thread(read, exchange.adapter, raw, message.created_at.date())


async def is_file_of_records(connection: AsyncConnection, exchange: Exchange, message: Message) -> bool:
    """Whether a message is read in parts, record by record, as `loops/reader.py` does."""
    adapter = exchange.adapter
    if not isinstance(adapter, ReadsFeeds) or message.content_type:
        return False
    head = await messages.part_of(connection, message.id, 0)
    return adapter.is_feed(head[:_HEAD])
