"""Takes a file of a mailbox that was read: sets it aside, refuses it, or asks the order book to place its orders.

All of it is one transaction, in which the file is locked and `received`: a killed process repeats it, and nothing is asked twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms import outgoing
from services.lms.dialects.facts import FileTaken, ReadFile, ReadOrder
from services.lms.domain.asked_orders import SETTLED_WELL, AskedOrder, AskedState, asked_id_of, storable
from services.lms.domain.mailbox_messages import SYSTEM, MailboxMessage, State, moment_after
from services.lms.speaking import Correspondent
from services.lms.store import asked, post
from services.lms.usecases.concluding import conclude, tell_refused
from services.lms.usecases.holding import hold, settle
from services.lms.usecases.writing_out import write_out
from shared.bus import to_envelope
from shared.clock import Clock
from shared.contracts.messages import SettledBy
from shared.errors import Fault
from shared.messaging.envelope import Envelope
from shared.messaging.outbox import RecordTooLarge, append, check_size

_KIND = "ORDERS"
# No order is placed under a longer number, and an index takes no key of thousands of bytes.
_LONGEST_NUMBER = 200
_TEST = "it is marked as a test: nothing of it was ordered"
_TOO_LARGE = Fault("", "order-too-large", "The order is too large for one message; divide it into orders of fewer lines.")


async def take(
    connection: AsyncConnection, box: Correspondent, message: MailboxMessage, read: ReadFile, clock: Clock
) -> MailboxMessage:
    """Takes a locked file in state `received`; returns it as it is then."""
    whole = f"the whole file arrived as {message.message_id}"
    await _discard(connection, await post.cut_off_before(connection, message), whole, clock)
    message = await post.change(connection, message, _columns(read))
    first = await post.same_content(connection, message)
    if first is not None:
        return await _repeat(connection, box, message, first, clock)
    # What was wrong may have been corrected since: the LMS asks for it, so it is read again, and only one of them waits.
    again = f"the same file was put in again, as {message.message_id}, and is read again there"
    await _discard(connection, await post.refused_before(connection, message), again, clock)
    await write_out(connection, box, FileTaken(read), clock, answers=message.message_id, order_numbers=message.order_numbers)
    if read.refusal or (not read.test and not read.orders):
        return await refuse(connection, message, read.refusal or "there is no order in it", clock)
    if read.test:
        return await _set_aside(connection, message, State.TEST, _TEST, clock)
    orders = await _orders(connection, message, read, clock)
    await asked.keep_asked(connection, orders)
    await asked.drop_unplaced(connection, message.message_id, from_place=len(read.orders))
    for order in orders:
        if order.state is AskedState.REFUSED:
            await tell_refused(connection, box, order, clock)
    return await conclude(connection, message, clock)


async def refuse(connection: AsyncConnection, message: MailboxMessage, reason: str, clock: Clock) -> MailboxMessage:
    """Refuses a locked file in state `received` as a whole; staff are told."""
    refused = await _end(connection, message, State.REFUSED, storable(reason), clock)
    return await hold(connection, refused, clock)


async def _discard(connection: AsyncConnection, files: Sequence[MailboxMessage], reason: str, clock: Clock) -> None:
    for file in files:
        ended = await _end(connection, file, State.DISCARDED, reason, clock)
        await settle(connection, ended, SettledBy.DISCARDED, clock, reason=reason)


async def _set_aside(
    connection: AsyncConnection, message: MailboxMessage, to: State, reason: str, clock: Clock
) -> MailboxMessage:
    ended = await _end(connection, message, to, reason, clock)
    return await settle(connection, ended, SettledBy.DISCARDED, clock, reason=reason)


async def _repeat(
    connection: AsyncConnection, box: Correspondent, message: MailboxMessage, first: UUID, clock: Clock
) -> MailboxMessage:
    """Sets a repetition aside; the LMS can fetch the answers to the first file again, where its dialect says so."""
    if box.dialect.repeats_answers:
        reason = f"the same file was put in again, as {message.message_id}"
        for answer in await post.answers_to(connection, first):
            if answer.state in (State.TAKEN, State.REMOVED, State.SENT):
                locked = await post.lock(connection, answer.message_id)
                await post.move(connection, locked, State.READY, now=clock.now(), reason=reason)
    reason = f"file {first} has the same bytes; replay that one"
    return await _set_aside(connection, message, State.DUPLICATE, reason, clock)


async def _end(connection: AsyncConnection, message: MailboxMessage, to: State, reason: str, clock: Clock) -> MailboxMessage:
    now = moment_after(message, clock.now())
    changes = {"next_attempt_at": None}
    return await post.move(connection, message, to, now=now, reason=reason, actor=SYSTEM, changes=changes)


def _columns(read: ReadFile) -> dict[str, object]:
    return {
        "kind": _KIND if read.orders else "unknown",
        "control_reference": storable(read.control_reference),
        "findings": storable([asdict(finding) for finding in read.findings]),
        "order_numbers": sorted({_number_of(order) for order in read.orders}),
        "attempts": 0,
    }


async def _orders(connection: AsyncConnection, message: MailboxMessage, read: ReadFile, clock: Clock) -> Sequence[AskedOrder]:
    """Returns the orders of a file as they are now: those that were placed when it was read before stay so."""
    before = {order.place: order for order in await asked.orders_of(connection, message.message_id)}
    orders = []
    for place, found in enumerate(read.orders):
        known = before.get(place)
        if known is not None and known.state in SETTLED_WELL:
            continue
        orders.append(await _ask(connection, message, place, found, clock))
    return orders


async def _ask(connection: AsyncConnection, message: MailboxMessage, place: int, found: ReadOrder, clock: Clock) -> AskedOrder:
    """Asks the order book to place an order, unless the dialect found faults in it; returns the order."""
    now, asked_id = clock.now(), asked_id_of(message.message_id, place)
    number, document, faults = _number_of(found), storable(found.document), found.faults
    if not faults:
        event = outgoing.order_asked(message, asked_id, number, document, at=now)
        faults = () if await _publish(connection, to_envelope(event, clock=clock)) else (_TOO_LARGE,)
    return AskedOrder(
        asked_id=asked_id,
        message_id=message.message_id,
        mailbox_id=message.mailbox_id,
        council=message.council,
        place=place,
        order_number=number,
        document=document,
        names=storable(found.names.model_dump(mode="json")),
        segments=found.segments,
        state=AskedState.REFUSED if faults else AskedState.ASKED,
        order_id=None,
        code=faults[0].code if faults else "",
        detail=storable(faults[0].detail) if faults else "",
        faults=tuple(Fault(*storable((fault.pointer, fault.code, fault.detail))) for fault in faults),
        asked_at=now,
        answered_at=now if faults else None,
    )


async def _publish(connection: AsyncConnection, envelope: Envelope) -> bool:
    """Adds an event to the outbox; returns False for one that no record can carry."""
    try:
        check_size(envelope)
    except RecordTooLarge:
        return False
    await append(connection, [envelope])
    return True


def _number_of(order: ReadOrder) -> str:
    number = order.document.get("order_number")
    shortened: str = storable((number if isinstance(number, str) else order.names.order_number)[:_LONGEST_NUMBER])
    return shortened
