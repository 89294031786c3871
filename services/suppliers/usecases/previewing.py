"""Shows what a replay of a message would change, by doing it in a transaction that is never committed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.domain.messages import Direction, State, wrong_state
from services.suppliers.domain.previews import Preview, preview_of
from services.suppliers.exchange import Exchange
from services.suppliers.store import messages
from services.suppliers.usecases import intake
from services.suppliers.usecases.mapping import MappingRequest, add_mapping
from services.suppliers.usecases.rereading import is_file_of_records, reread
from shared.errors import DomainError, Kind


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
    if await is_file_of_records(connection, exchange, message):
        raise _file_of_records()
    reading = await reread(connection, exchange, message)
    if mapping is not None:
        await add_mapping(connection, exchange, message_id, mapping)
    again = message
    if message.state is not State.RECEIVED:
        again = await messages.move(connection, message, State.RECEIVED, now=exchange.clock.now(), reason="preview")
    taken = await intake.apply(connection, exchange, again, reading)
    return preview_of(taken.message, message.version, taken.plan, taken.done.parts if taken.done is not None else ())


def _file_of_records() -> DomainError:
    text = (
        "A file of records is not previewed: a replay reads it from the beginning, and records that were taken before are taken "
        "again without a change."
    )
    return DomainError("file-of-records", text, Kind.CONFLICT)
