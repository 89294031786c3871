"""What the order book answered about orders of a file, what the LMS is told of it, and the state that the file gets by it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.dialects.facts import OrderNames, OrderNotPlaced
from services.lms.domain.asked_orders import SETTLED_WELL, AskedOrder, AskedState, end_of
from services.lms.domain.mailbox_messages import MailboxMessage, State, can_move, moment_after
from services.lms.speaking import Correspondent, Correspondents
from services.lms.store import asked, post
from services.lms.usecases.holding import hold, settle
from services.lms.usecases.writing_out import write_out
from shared.clock import Clock
from shared.contracts.asked import PlacingAnswered, PlacingOutcome
from shared.contracts.messages import SettledBy
from shared.errors import Fault
from shared.messaging.errors import Poison

_ENDS = {
    PlacingOutcome.PLACED: AskedState.PLACED,
    PlacingOutcome.REPEATED: AskedState.REPEATED,
    PlacingOutcome.REFUSED: AskedState.REFUSED,
}


async def placing_answered(
    connection: AsyncConnection, correspondents: Correspondents, event: PlacingAnswered, clock: Clock
) -> set[UUID]:
    """Applies the order book's answer, once; returns the orders of which it is clear now whether they came by a mailbox.

    Raises Poison for an order that was never asked for.
    """
    council, number = event.council or "", event.order_number
    message = await post.lock(connection, event.message_id) if await asked.find_asked(connection, event.asked_id) else None
    if message is None:
        raise Poison(f"no file of a mailbox has the order {event.asked_id}")
    # Read again under the lock of its file.
    order = await asked.find_asked(connection, event.asked_id)
    assert order is not None
    if _is_news(order, event):
        answered = _answered(order, event)
        await asked.answer_asked(connection, answered)
        box = await correspondents.named(connection, message.mailbox_id)
        if box is not None and answered.state is AskedState.REFUSED:
            await tell_refused(connection, box, answered, clock)
        await conclude(connection, message, clock)
    own = {event.order_id} if event.order_id is not None else set()
    return own | await asked.orders_numbered(connection, council, number)


def _is_news(order: AskedOrder, event: PlacingAnswered) -> bool:
    """An order that was placed stays so. A refusal counts once; that it was placed counts also after a refusal."""
    if order.state in SETTLED_WELL:
        return False
    return order.state is AskedState.ASKED or event.outcome is not PlacingOutcome.REFUSED


def _answered(order: AskedOrder, event: PlacingAnswered) -> AskedOrder:
    return replace(
        order,
        state=_ENDS[event.outcome],
        order_id=event.order_id,
        code=event.code,
        detail=event.detail,
        faults=tuple(Fault(fault.pointer, fault.code, fault.detail) for fault in event.faults),
        answered_at=event.answered_at,
    )


async def tell_refused(connection: AsyncConnection, box: Correspondent, order: AskedOrder, clock: Clock) -> None:
    """Tells the LMS that an order was not placed, with all its faults."""
    faults = order.faults or (Fault("", order.code, order.detail),)
    names = OrderNames.model_validate(order.names)
    answer = OrderNotPlaced(names, faults, order.segments, clock.today())
    await write_out(connection, box, answer, clock, answers=order.message_id, order_numbers=[order.order_number])


async def conclude(connection: AsyncConnection, message: MailboxMessage, clock: Clock) -> MailboxMessage:
    """Gives a locked file the state that its orders make; staff learn that it waits for them, or does not any more."""
    end = end_of(await asked.orders_of(connection, message.message_id))
    if end is None:
        return message if message.state is State.ASKED else await _move(connection, message, State.ASKED, "", clock)
    state, reason = end
    if state is message.state or not can_move(message, state):
        return message
    ended = await _move(connection, message, state, reason, clock)
    if state is State.TAKEN:
        return await settle(connection, ended, SettledBy.APPLIED, clock, reason=reason)
    return await hold(connection, ended, clock)


async def _move(connection: AsyncConnection, message: MailboxMessage, to: State, reason: str, clock: Clock) -> MailboxMessage:
    now = moment_after(message, clock.now())
    return await post.move(connection, message, to, now=now, reason=reason, changes={"next_attempt_at": None})
