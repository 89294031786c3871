"""Shows what a replay of a message would change, by doing it in a transaction that is never committed."""

from __future__ import annotations

import asyncio
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import RawMessage, Reading, ReadsFeeds
from services.suppliers.domain.messages import Direction, Message, State, wrong_state
from services.suppliers.domain.previews import Preview, preview_of
from services.suppliers.domain.reading import read
from services.suppliers.exchange import Exchange
from services.suppliers.store import messages
from services.suppliers.usecases import intake
from services.suppliers.usecases.mapping import MappingRequest, add_mapping
from shared.errors import DomainError, Kind

# Larger messages are read in a thread, so that other requests do not wait.
_LARGE = 65_536
_HEAD = 8_192


async def preview_replay(
    connection: AsyncConnection, exchange: Exchange, message_id: UUID, mapping: MappingRequest | None
) -> Preview:
    """Returns what a replay would apply and hold, with `mapping` in force. The caller must roll the transaction back.

    Raises DomainError: as `add_mapping` does; 404 for no such message; 409 for one that is not read again, or is a file of
    records; 413 for one that is too large.
    """
    message = await messages.lock(connection, message_id)
    if message.direction is not Direction.IN:
        raise wrong_state(message, "previewed; only what the supplier sent is read again")
    reading = await _reading(connection, exchange, message)
    if mapping is not None:
        await add_mapping(connection, exchange, message_id, mapping)
    again = message
    if message.state is not State.RECEIVED:
        again = await messages.move(connection, message, State.RECEIVED, now=exchange.clock.now(), reason="preview")
    taken = await intake.apply(connection, exchange, again, reading)
    return preview_of(taken.message, message.version, taken.plan, taken.done.parts if taken.done is not None else ())


async def _reading(connection: AsyncConnection, exchange: Exchange, message: Message) -> Reading:
    adapter = exchange.adapter
    head = await messages.part_of(connection, message.id, 0)
    if isinstance(adapter, ReadsFeeds) and not message.content_type and adapter.is_feed(head[:_HEAD]):
        raise _file_of_records()
    raw = RawMessage(message.name, await messages.body_of(connection, message.id), message.content_type)
    received = message.created_at.date()
    if len(raw.body) > _LARGE:
        return await asyncio.to_thread(read, adapter, raw, received)
    return read(adapter, raw, received)


def _file_of_records() -> DomainError:
    text = (
        "A file of records is not previewed: a replay reads it from the beginning, and records that were taken before are taken "
        "again without a change."
    )
    return DomainError("file-of-records", text, Kind.CONFLICT)
