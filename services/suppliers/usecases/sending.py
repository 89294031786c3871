"""Sends outbound messages: records the intention, records the outcome, and settles messages whose outcome is unknown."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import (
    CredentialsRefused,
    Kind,
    OutboundMessage,
    RawMessage,
    SendOutcomeUnknown,
    SupplierError,
    SupplierRefused,
    SupplierUnavailable,
    SupplierUnintelligible,
    Undecided,
)
from services.suppliers.domain.messages import Direction, Message, State
from services.suppliers.exchange import Exchange
from services.suppliers.outgoing import not_cancelled, outcome_of, quarantined, refused
from services.suppliers.store import messages
from services.suppliers.store.messages import NewMessage
from services.suppliers.usecases import intake
from services.suppliers.usecases.credentials import report_refusal
from services.suppliers.usecases.publishing import publish
from shared.contracts.suppliers import SendOutcome

Outcome = RawMessage | Undecided | SupplierError | None


async def load(connection: AsyncConnection, message: Message) -> OutboundMessage:
    """Returns the message as it was written: same reference, same bytes."""
    assert message.reference is not None, "a message without a reference was never written and is not queued"
    body = await messages.body_of(connection, message.id)
    return OutboundMessage(message.kind, message.reference, message.name, body, message.content_type)


async def next_unknown(
    connection: AsyncConnection, exchange: Exchange, kinds: Collection[Kind]
) -> tuple[Message, OutboundMessage] | None:
    """Returns the next message of unknown outcome that the supplier is due to be asked about; None where none is due."""
    message = await messages.next_to_ask_about(connection, State.UNKNOWN, exchange.clock.now(), kinds)
    return None if message is None else (message, await load(connection, message))


async def next_undecided(
    connection: AsyncConnection, exchange: Exchange, kinds: Collection[Kind]
) -> tuple[Message, OutboundMessage, str] | None:
    """Returns the next message that the supplier took and has not decided about, with its token; None where none is due."""
    message = await messages.next_to_ask_about(connection, State.UNDECIDED, exchange.clock.now(), kinds)
    if message is None:
        return None
    return message, await load(connection, message), await messages.token_of(connection, message.id)


async def intend(
    connection: AsyncConnection, exchange: Exchange, kinds: Collection[Kind]
) -> tuple[Message, OutboundMessage] | None:
    """Moves the next message of these kinds to `sending` before it is sent; returns it with its bytes. None if none is due."""
    now = exchange.clock.now()
    message = await messages.next_queued(connection, now, kinds)
    if message is None:
        return None
    changes = {"attempts": message.attempts + 1, "next_attempt_at": None}
    return await messages.move(connection, message, State.SENDING, now=now, changes=changes), await load(connection, message)


async def note_outcome(connection: AsyncConnection, exchange: Exchange, message: Message, outcome: Outcome) -> None:
    """Records the outcome of sending a message, or of asking what the supplier decided about it.

    `message` must be locked and in state `sending` or `undecided`.
    """
    match outcome:
        case Undecided():
            await _note_undecided(connection, exchange, message, outcome)
        case SupplierUnavailable():
            await _postpone(connection, exchange, message, outcome)
        case SupplierRefused():
            await _note_refusal(connection, exchange, message, outcome)
        case SupplierUnintelligible():
            await _keep_unreadable_answer(connection, exchange, message, outcome)
            await note_unknown(connection, exchange, message, reason=str(outcome))
        case SendOutcomeUnknown() | SupplierError():
            await note_unknown(connection, exchange, message, reason=str(outcome))
        case _:
            await note_sent(connection, exchange, message)
            if outcome is not None:
                await intake.keep_inbound(connection, exchange, outcome)


async def note_sent(
    connection: AsyncConnection, exchange: Exchange, message: Message, *, reason: str = "", actor: str = "system"
) -> Message:
    """Records that the supplier has the message."""
    now = exchange.clock.now()
    changes = {"sent_at": now, "next_attempt_at": None}
    sent = await messages.move(connection, message, State.SENT, now=now, reason=reason, actor=actor, changes=changes)
    await publish(connection, outcome_of(exchange.profile.supplier_id, message, SendOutcome.SENT, now=now), exchange.clock)
    return sent


async def note_unknown(connection: AsyncConnection, exchange: Exchange, message: Message, *, reason: str) -> None:
    """Records that it is not known whether the supplier has the message. The supplier will be asked."""
    now = exchange.clock.now()
    await messages.move(connection, message, State.UNKNOWN, now=now, reason=reason, changes={"next_attempt_at": now})
    events = outcome_of(exchange.profile.supplier_id, message, SendOutcome.UNKNOWN, now=now, reason=reason)
    await publish(connection, events, exchange.clock)


async def adopt_orphans(connection: AsyncConnection, exchange: Exchange) -> None:
    """Moves each message that a killed process left in `sending` to `unknown`. Only while nothing is being sent."""
    for message in await messages.in_state(connection, State.SENDING):
        await note_unknown(connection, exchange, message, reason="the process ended while it was sending")


async def settle(
    connection: AsyncConnection, exchange: Exchange, message: Message, answer: bool | SupplierUnavailable | None
) -> None:
    """Records whether the supplier has a message in state `unknown`. `message` must be locked.

    `answer` is None where the supplier cannot be asked. The message is sent again only where the supplier has not got it, or
    ignores a repeat under the same reference.
    """
    now = exchange.clock.now()
    if isinstance(answer, SupplierUnavailable):
        await _postpone(connection, exchange, message, answer)
    elif answer:
        await note_sent(connection, exchange, message, reason="the supplier confirms that it has the message")
    elif answer is False or exchange.profile.deduplicates:
        reason = "the supplier does not have the message"
        if answer is None:
            reason = "sent again under the same reference; the supplier recognises repeats"
        await messages.move(connection, message, State.QUEUED, now=now, reason=reason, changes={"next_attempt_at": None})
    else:
        reason = f"{message.reason}; the supplier cannot be asked and may treat a repeat as another message"
        await _hold_for_a_person(connection, exchange, message, reason)


async def _note_undecided(connection: AsyncConnection, exchange: Exchange, message: Message, answer: Undecided) -> None:
    """Keeps the supplier's token and when to ask again; after a day without a decision, a person decides."""
    now = exchange.clock.now()
    first = message.state is State.SENDING
    since = now if first or message.sent_at is None else message.sent_at
    if now - since >= timedelta(seconds=exchange.limits.decision):
        reason = f"the supplier took it on {since:%Y-%m-%d %H:%M} UTC and has not decided about it (token {answer.token})"
        await _hold_for_a_person(connection, exchange, message, reason)
        return
    attempts = 1 if first else message.attempts + 1
    again = now + timedelta(seconds=exchange.limits.pauses.after(attempts, answer.ask_after))
    changes = {"decision_token": answer.token, "sent_at": since, "attempts": attempts, "next_attempt_at": again}
    reason = f"the supplier took it and decides later (token {answer.token})"
    await messages.move(connection, message, State.UNDECIDED, now=now, reason=reason, changes=changes)


async def _postpone(connection: AsyncConnection, exchange: Exchange, message: Message, failure: SupplierUnavailable) -> None:
    """Records that the supplier could not be reached, and when it is tried again: a message that it has not got is queued.

    After refused credentials the message is due at once: the sending loop pauses its kind, and a restart tries again.
    """
    now = exchange.clock.now()
    sending = message.state is State.SENDING
    attempts = message.attempts if sending else message.attempts + 1
    again = now + timedelta(seconds=exchange.limits.pauses.after(attempts, failure.retry_after))
    if isinstance(failure, CredentialsRefused):
        again = now
        await report_refusal(connection, exchange, failure, doing=f"sending a message of kind {message.kind}")
    changes = {"attempts": attempts, "next_attempt_at": again}
    to = State.QUEUED if sending else message.state
    await messages.move(connection, message, to, now=now, reason=str(failure), changes=changes)


async def _hold_for_a_person(connection: AsyncConnection, exchange: Exchange, message: Message, reason: str) -> None:
    """Leaves a message of unknown outcome to a person: the supplier is not asked again, and nothing is sent again."""
    supplier_id, now = exchange.profile.supplier_id, exchange.clock.now()
    await messages.move(connection, message, State.UNKNOWN, now=now, reason=reason, changes={"next_attempt_at": None})
    event = quarantined(supplier_id, message, reason=reason, now=now)
    await publish(connection, [event], exchange.clock)


async def _note_refusal(connection: AsyncConnection, exchange: Exchange, message: Message, refusal: SupplierRefused) -> None:
    supplier_id, now = exchange.profile.supplier_id, exchange.clock.now()
    note = f"the supplier refuses it: {refusal} ({refusal.code})"
    await messages.move(connection, message, State.FAILED, now=now, reason=note)
    if message.kind is Kind.ORDER:
        await publish(connection, refused(supplier_id, message, now=now, note=note), exchange.clock)
    elif message.kind is Kind.CANCELLATION:
        await publish(connection, not_cancelled(supplier_id, message, now=now, note=note), exchange.clock)
    elif message.kind in (Kind.OFFER_ANSWER, Kind.ENQUIRY):
        await publish(connection, outcome_of(supplier_id, message, SendOutcome.FAILED, now=now, reason=note), exchange.clock)
    else:
        event = quarantined(supplier_id, message, reason=note, now=now)
        await publish(connection, [event], exchange.clock)


async def _keep_unreadable_answer(
    connection: AsyncConnection, exchange: Exchange, message: Message, answer: SupplierUnintelligible
) -> None:
    now = exchange.clock.now()
    new = NewMessage(
        Direction.IN,
        Kind.UNKNOWN,
        State.QUARANTINED,
        answer.raw,
        name=f"answer to {message.name}",
        reason=str(answer),
        order_ids=message.order_ids,
        councils=message.councils,
    )
    kept = await messages.keep(connection, new, now=now)
    assert kept is not None, "only a push can be here already"
    event = quarantined(
        exchange.profile.supplier_id,
        kept,
        reason=str(answer),
        now=now,
    )
    await publish(connection, [event], exchange.clock)
