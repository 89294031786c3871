"""Decisions of staff about messages: replay, release, discard. Each needs a reason, which is kept in the history."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import Kind
from services.suppliers.domain.messages import (
    Decision,
    Direction,
    Message,
    State,
    Work,
    already_refused,
    not_written_again,
    wrong_state,
)
from services.suppliers.exchange import Exchange
from services.suppliers.outgoing import settled
from services.suppliers.store import messages
from services.suppliers.usecases.publishing import publish
from services.suppliers.usecases.queueing import write_again
from services.suppliers.usecases.sending import note_sent
from services.suppliers.usecases.withdrawing import check_may_send
from services.suppliers.usecases.working import note_work
from shared.contracts.messages import SettledBy


async def replay(connection: AsyncConnection, exchange: Exchange, message_id: UUID, *, actor: str, reason: str) -> Message:
    """Reads and applies a kept message again, or writes a failed order again. What was applied before is not applied twice.

    Raises DomainError: 404 for no such message, 409 where there is nothing to repeat.
    """
    message = await messages.lock(connection, message_id)
    if message.direction is Direction.OUT:
        if message.state is State.QUEUED:
            return message
        written = await _repeat_writing(connection, exchange, message, actor=actor, reason=reason)
        await note_work(connection, exchange, written, Work.REPLAYED)
        return written
    if message.state is State.RECEIVED:
        return message
    changes = {"attempts": 0, "next_attempt_at": None}
    now = exchange.clock.now()
    again = await messages.move(connection, message, State.RECEIVED, now=now, actor=actor, reason=reason, changes=changes)
    await note_work(connection, exchange, again, Work.REPLAYED)
    return again


async def _repeat_writing(
    connection: AsyncConnection, exchange: Exchange, message: Message, *, actor: str, reason: str
) -> Message:
    await check_may_send(connection)
    if message.state is State.WITHDRAWN:
        # It never left, so it goes out as it is, under its number.
        now = exchange.clock.now()
        return await messages.move(connection, message, State.QUEUED, now=now, actor=actor, reason=reason)
    if message.state is not State.FAILED:
        raise wrong_state(message, "replayed")
    unreadable = await messages.was_unreadable(connection, message.id)
    if message.kind in (Kind.ROUTE_CHANGE, Kind.OFFER_ANSWER, Kind.ENQUIRY):
        raise not_written_again(message)
    if message.kind is not Kind.ORDER or (message.reference is not None and not unreadable):
        raise already_refused(message)
    written = await write_again(connection, exchange, message, actor=actor, reason=reason)
    if written.state is State.QUEUED and unreadable:
        await _publish_settled(connection, exchange, message, SettledBy.APPLIED, reason)
    return written


async def release(
    connection: AsyncConnection, exchange: Exchange, message_id: UUID, *, decision: Decision, actor: str, reason: str
) -> Message:
    """Settles a message in state `unknown`: sends it again under the same reference, or counts it as sent.

    Raises DomainError: 404 for no such message, 409 for any other state.
    """
    message = await messages.lock(connection, message_id)
    if message.state is not State.UNKNOWN:
        raise wrong_state(message, "released")
    if decision is Decision.TREAT_AS_SENT:
        after = await note_sent(connection, exchange, message, reason=reason, actor=actor)
    else:
        await check_may_send(connection)
        changes = {"next_attempt_at": None}
        now = exchange.clock.now()
        after = await messages.move(connection, message, State.QUEUED, now=now, actor=actor, reason=reason, changes=changes)
    await note_work(connection, exchange, after, Work.DECIDED)
    await _publish_settled(connection, exchange, message, SettledBy.APPLIED, reason)
    return after


async def discard(connection: AsyncConnection, exchange: Exchange, message_id: UUID, *, actor: str, reason: str) -> Message:
    """Closes a message that waits for a person. Raises DomainError: 404 for no such message, 409 where it does not wait."""
    message = await messages.lock(connection, message_id)
    if message.state is State.DISCARDED:
        return message
    now = exchange.clock.now()
    discarded = await messages.move(connection, message, State.DISCARDED, now=now, actor=actor, reason=reason)
    await note_work(connection, exchange, discarded, Work.DECIDED)
    await _publish_settled(connection, exchange, message, SettledBy.DISCARDED, reason)
    return discarded


async def _publish_settled(
    connection: AsyncConnection, exchange: Exchange, message: Message, outcome: SettledBy, reason: str
) -> None:
    supplier_id = exchange.profile.supplier_id
    now = await messages.moment_after_its_changes(connection, message, exchange.clock.now())
    await publish(connection, [settled(supplier_id, message, outcome, reason=reason, now=now)], exchange.clock)
