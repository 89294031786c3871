"""What a supplier says about having read a message of ours: kept in its history, or the end of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers import outgoing
from services.suppliers.contract import Kind
from services.suppliers.domain.messages import Message, State
from services.suppliers.domain.plan import PlannedAcknowledgement
from services.suppliers.exchange import Exchange
from services.suppliers.store import messages
from shared.contracts.base import Event
from shared.contracts.suppliers import SendOutcome, SettledBy


async def note_verdict(connection: AsyncConnection, exchange: Exchange, planned: PlannedAcknowledgement) -> Sequence[Event]:
    """Write the verdict down with the message it is about; the events of what that changes."""
    sent = await messages.lock(connection, planned.sent.id)
    text = planned.fact.text
    if planned.fact.accepted:
        return await _read_there(connection, exchange, sent, f"the supplier could read it{f': {text}' if text else ''}")
    return await _unread_there(connection, exchange, sent, f"the supplier could not read it: {text or 'no reason given'}")


async def _read_there(connection: AsyncConnection, exchange: Exchange, sent: Message, reason: str) -> Sequence[Event]:
    """Proof, too, that a message of unknown fate arrived."""
    supplier_id, now = exchange.profile.supplier_id, exchange.clock.now()
    if sent.state is not State.UNKNOWN:
        await messages.remark(connection, sent, reason=reason, now=now)
        return []
    changes = {"sent_at": now, "next_attempt_at": None}
    await messages.move(connection, sent, State.SENT, now=now, reason=reason, changes=changes)
    events: list[Event] = [outgoing.settled(supplier_id, sent, SettledBy.APPLIED, reason=reason, now=now)]
    if sent.kind is Kind.ORDER:
        events += outgoing.order_sent(supplier_id, sent, SendOutcome.SENT, now=now, reason=reason)
    return events


async def _unread_there(connection: AsyncConnection, exchange: Exchange, sent: Message, reason: str) -> Sequence[Event]:
    """Nothing of the message counts with the supplier; a person sees it, and so does the order book."""
    supplier_id, now = exchange.profile.supplier_id, exchange.clock.now()
    if sent.state not in (State.SENT, State.UNKNOWN):
        await messages.remark(connection, sent, reason=reason, now=now)
        return []
    await messages.move(connection, sent, State.FAILED, now=now, reason=reason, changes={"next_attempt_at": None})
    events: list[Event] = [outgoing.quarantined(supplier_id, sent, reason=reason, now=now)]
    if sent.kind is Kind.ORDER:
        events += outgoing.order_sent(supplier_id, sent, SendOutcome.FAILED, now=now, reason=reason)
    elif sent.kind is Kind.CANCELLATION:
        events += outgoing.not_cancelled(supplier_id, sent, now=now, note=reason)
    return events
