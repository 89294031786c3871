"""Finds the message that a loop works on next, and counts the messages that wait.

Loops ask for each message, so their statements are built once: building one takes longer than sending it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import Kind
from services.suppliers.domain.messages import WITH_THE_SUPPLIER, Message, State
from services.suppliers.store.messages.reading import SIZE, SUMMARY, first, to_message
from services.suppliers.store.tables import message
from shared.db.arrays import among_given

# No pause is longer, not even one that a supplier asks for. A message that is due later than this from now got its time before
# the clock went back, and is due now.
_LONGEST_PAUSE = timedelta(minutes=30)
_REACHED = or_(message.c.next_attempt_at <= bindparam("now"), message.c.next_attempt_at > bindparam("latest"))
_OF_KINDS = among_given(message.c.kind, "kinds")
_QUEUED = (
    select(*SUMMARY).where(message.c.state == State.QUEUED, _OF_KINDS).order_by(message.c.reference).limit(1).with_for_update()
)
_TO_ASK_ABOUT = (
    select(*SUMMARY).where(message.c.state == bindparam("asked"), _OF_KINDS, _REACHED).order_by(message.c.reference).limit(1)
)
_RECEIVED = (
    select(*SUMMARY)
    .where(
        message.c.state == State.RECEIVED,
        or_(message.c.next_attempt_at.is_(None), _REACHED),
        SIZE.between(bindparam("least"), bindparam("most")),
    )
    .order_by(message.c.seq)
    .limit(1)
)


async def next_queued(connection: AsyncConnection, now: datetime, kinds: Collection[Kind]) -> Message | None:
    """Returns the queued message of these kinds with the lowest reference, locked.

    None while that one is not due: the order is kept.
    """
    found = await first(connection, _QUEUED, kinds=list(kinds))
    if found is None or (found.next_attempt_at is not None and now < found.next_attempt_at <= now + _LONGEST_PAUSE):
        return None
    return found


async def next_to_ask_about(connection: AsyncConnection, state: State, now: datetime, kinds: Collection[Kind]) -> Message | None:
    """Returns a message of these kinds in `unknown` or `undecided` that the supplier is due to be asked about.

    Those that wait for a person have no due time.
    """
    return await first(connection, _TO_ASK_ABOUT, asked=state, kinds=list(kinds), now=now, latest=now + _LONGEST_PAUSE)


async def next_received(connection: AsyncConnection, now: datetime, sizes: range) -> Message | None:
    """Returns the oldest inbound message of one of these sizes in bytes that is due to be read and applied."""
    return await first(connection, _RECEIVED, now=now, latest=now + _LONGEST_PAUSE, least=sizes.start, most=sizes.stop - 1)


async def end_pauses(connection: AsyncConnection, now: datetime) -> None:
    """Makes every message that is sent or asked about after a pause due now. Those that wait for a person stay so."""
    paused = (message.c.state.in_([State.QUEUED, State.UNKNOWN, State.UNDECIDED]), message.c.next_attempt_at > now)
    await connection.execute(update(message).where(*paused).values(next_attempt_at=now))


async def in_state(connection: AsyncConnection, state: State) -> list[Message]:
    """Returns every message in a state, in order of reference, locked."""
    found = await connection.execute(
        select(*SUMMARY).where(message.c.state == state).order_by(message.c.reference).with_for_update()
    )
    return [to_message(row) for row in found]


async def sent_messages(connection: AsyncConnection, ids: Sequence[UUID]) -> list[Message]:
    """Returns those of the messages that the supplier has, or may have, and has not answered yet; locked."""
    statement = (
        select(*SUMMARY)
        .where(message.c.id.in_(ids), message.c.state.in_(WITH_THE_SUPPLIER))
        .order_by(message.c.id)
        .with_for_update()
    )
    return [to_message(row) for row in await connection.execute(statement)]


async def dividing(connection: AsyncConnection, order_ids: Sequence[UUID]) -> list[Message]:
    """Returns the messages that carry only some copies of a line of one of these orders."""
    divided = message.c.order_ids.overlap(list(order_ids)) & message.c.copies.is_not(None)
    return [to_message(row) for row in await connection.execute(select(*SUMMARY).where(divided))]


async def pending(connection: AsyncConnection) -> Mapping[State, int]:
    """Counts the messages that wait, by state; zero where none wait."""
    waiting = (State.QUEUED, State.SENDING, State.UNKNOWN, State.RECEIVED, State.QUARANTINED, State.PARTLY_APPLIED)
    statement = select(message.c.state, func.count()).where(message.c.state.in_(waiting)).group_by(message.c.state)
    counted = {State(state): number for state, number in await connection.execute(statement)}
    undecided = select(func.count()).where(message.c.state == State.UNDECIDED)
    counted[State.UNDECIDED] = (await connection.execute(undecided)).scalar_one()
    return {state: counted.get(state, 0) for state in (*waiting, State.UNDECIDED)}
