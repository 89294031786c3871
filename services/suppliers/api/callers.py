"""The caller of a route, and the messages that this caller may see."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers import schemas
from services.suppliers.domain.messages import Message, no_such_message
from services.suppliers.store import messages
from shared.auth import Principal, principal_with
from shared.errors import DomainError, Kind

Reader = Annotated[Principal, Depends(principal_with("exchange:read"))]
Writer = Annotated[Principal, Depends(principal_with("exchange:write"))]


async def visible(connection: AsyncConnection, message_id: UUID, caller: Principal) -> Message:
    """Returns the message. Raises DomainError (404) where there is none or it does not concern the caller's council."""
    message = await messages.find(connection, message_id)
    if caller.council is not None and caller.council not in message.councils:
        raise no_such_message(message_id)
    return message


async def own(connection: AsyncConnection, message_id: UUID, caller: Principal) -> Message:
    """Returns a message that concerns only the caller's council.

    Raises DomainError: 404 where it does not concern that council, 403 where it also concerns others.
    """
    message = await visible(connection, message_id, caller)
    if caller.council is not None and set(message.councils) != {caller.council}:
        detail = "The message also concerns other councils; ask operations staff to do this."
        raise DomainError("other-councils-too", detail, Kind.FORBIDDEN)
    return message


async def detail(connection: AsyncConnection, message: Message) -> schemas.MessageDetail:
    """Renders the message with its history."""
    return schemas.message_detail(message, await messages.history(connection, message.id))
