"""Counts what staff do about messages, and publishes it with the lines that each message concerns."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.domain.messages import Message, Work
from services.suppliers.exchange import Exchange
from services.suppliers.outgoing import handled
from services.suppliers.store import work as store
from services.suppliers.usecases.publishing import publish
from shared.contracts.messages import MessageHandled


async def note_work(connection: AsyncConnection, exchange: Exchange, message: Message, work: Work) -> None:
    """Counts one more piece of work on a message, which must be locked, and publishes all so far."""
    done = await store.add(connection, message.id, work, now=exchange.clock.now())
    await publish(connection, [handled(exchange.profile.supplier_id, message, done)], exchange.clock)


async def work_on_applied(connection: AsyncConnection, exchange: Exchange, message: Message) -> list[MessageHandled]:
    """Returns the event of the work on a message that was just applied, now that its lines are known; none without work."""
    done = await store.say_again(connection, message.id)
    return [] if done is None else [handled(exchange.profile.supplier_id, message, done)]
