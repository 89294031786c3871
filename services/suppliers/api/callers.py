"""The caller of a route, and the messages that this caller may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers import schemas
from services.suppliers.conformance.advice import advice_for_code
from services.suppliers.domain.messages import HIDDEN, Message, no_such_message
from services.suppliers.store import feed_readings, lines, messages
from shared.auth import Principal, principal_with
from shared.errors import DomainError, Kind
from shared.http.headers import stale

Reader = Annotated[Principal, Depends(principal_with("exchange:read"))]
Writer = Annotated[Principal, Depends(principal_with("exchange:write"))]


async def _staff_reader(caller: Reader) -> Principal:
    return _of_all_councils(caller)


async def _staff_writer(caller: Writer) -> Principal:
    return _of_all_councils(caller)


def _of_all_councils(caller: Principal) -> Principal:
    if caller.council is not None:
        detail = "This concerns every council that the supplier serves; ask operations staff to do it."
        raise DomainError("operations-staff-only", detail, Kind.FORBIDDEN)
    return caller


# How a message that concerns only the caller's council may be refused.
OWN_REFUSALS = ("no-such-message", "other-councils-too")
StaffReader = Annotated[Principal, Depends(_staff_reader)]
StaffWriter = Annotated[Principal, Depends(_staff_writer)]


async def visible(connection: AsyncConnection, message_id: UUID, caller: Principal) -> Message:
    """Returns the message as `shown`. Raises DomainError (404), as `concerning` does."""
    message = await concerning(connection, message_id, caller)
    return (await shown(connection, [message], caller))[0]


async def own(connection: AsyncConnection, message_id: UUID, caller: Principal) -> Message:
    """Returns a message that concerns only the caller's council.

    Raises DomainError: 404 where it does not concern that council, 403 where it also concerns others.
    """
    message = await concerning(connection, message_id, caller)
    if message.is_shared(caller.council):
        raise of_others_too()
    return message


def of_others_too() -> DomainError:
    """Returns the error (403) for a council that asks for the whole of a message that concerns others as well."""
    detail = "The message also concerns other councils; ask operations staff to do this."
    return DomainError("other-councils-too", detail, Kind.FORBIDDEN)


async def concerning(connection: AsyncConnection, message_id: UUID, caller: Principal) -> Message:
    """Returns the whole message, which only `shown` and `detail` may pass on.

    Raises DomainError (404): there is none, or it does not concern the caller's council.
    """
    message = await messages.find(connection, message_id)
    if caller.council is not None and caller.council not in message.councils:
        raise no_such_message(message_id)
    return message


async def shown(connection: AsyncConnection, found: Sequence[Message], caller: Principal) -> list[Message]:
    """Returns the messages without what is other councils' in them. Everything that a route shows passes here."""
    council = caller.council
    shared = [message for message in found if message.is_shared(council)]
    if council is None or not shared:
        return list(found)
    keys = sorted({key for message in shared for key in message.line_keys})
    own_lines = await lines.orders_of(connection, keys, council=council)
    return [message.for_council(own_lines) if message.is_shared(council) else message for message in found]


async def check_unchanged(connection: AsyncConnection, message_id: UUID, version: int) -> None:
    """Locks a message until the transaction ends. Raises DomainError (412) where it is not in this version any more."""
    message = await messages.lock(connection, message_id)
    if message.version != version:
        raise stale("message")


async def detail(connection: AsyncConnection, message: Message, caller: Principal) -> schemas.MessageDetail:
    """Renders the message with its history, for this caller."""
    (visible,) = await shown(connection, [message], caller)
    history = await messages.history(connection, message.id)
    progress = await feed_readings.find(connection, message.id)
    if message.is_shared(caller.council):
        history = [replace(change, reason=HIDDEN if change.reason else "") for change in history]
    return schemas.message_detail(visible, history, progress, advice_for_code)
