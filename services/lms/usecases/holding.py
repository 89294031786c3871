"""Publishes that a file of a mailbox waits for a person, and that it waits no more: each once, whatever happens to the file."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.domain.mailbox_messages import MailboxMessage, moment_after
from services.lms.outgoing import held, settled
from services.lms.store import post
from shared.bus import publish
from shared.clock import Clock
from shared.contracts.messages import SettledBy


async def hold(connection: AsyncConnection, message: MailboxMessage, clock: Clock) -> MailboxMessage:
    """Publishes that a locked file waits for a person, for the reason that it has; again where the reason is another one."""
    now = moment_after(message, clock.now())
    await publish(connection, [held(message, at=now)], clock)
    return await post.change(connection, message, {"held": True, "moved_at": now, "next_attempt_at": None})


async def settle(
    connection: AsyncConnection, message: MailboxMessage, outcome: SettledBy, clock: Clock, *, reason: str
) -> MailboxMessage:
    """Publishes that a locked file waits for nobody any more, if it was published that it does."""
    if not message.held:
        return message
    now = moment_after(message, clock.now())
    await publish(connection, [settled(message, outcome, reason=reason, at=now)], clock)
    return await post.change(connection, message, {"held": False, "moved_at": now})
