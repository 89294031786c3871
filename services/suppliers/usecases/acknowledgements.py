"""Acknowledgements of our messages: records in the message's history whether the supplier could read it.

An acknowledgement settles a message of unknown fate. One of a message that the supplier could not read makes it `failed`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers import outgoing
from services.suppliers.contract import Kind
from services.suppliers.domain.messages import WITH_THE_SUPPLIER, Message, State
from services.suppliers.domain.plan import PlannedAcknowledgement
from services.suppliers.exchange import Exchange
from services.suppliers.store import messages
from shared.contracts.base import Event
from shared.contracts.messages import SettledBy
from shared.contracts.suppliers import SendOutcome


async def acknowledge(connection: AsyncConnection, exchange: Exchange, planned: PlannedAcknowledgement) -> Sequence[Event]:
    """Records an acknowledgement with the message it is about; returns the events to publish."""
    sent = await messages.lock(connection, planned.sent.id)
    text = planned.fact.text
    if planned.fact.accepted:
        return await _note_readable(connection, exchange, sent, f"the supplier could read it{f': {text}' if text else ''}")
    return await _note_unreadable(connection, exchange, sent, f"the supplier could not read it: {text or 'no reason given'}")


async def _note_readable(connection: AsyncConnection, exchange: Exchange, sent: Message, reason: str) -> Sequence[Event]:
    """Records that the supplier could read the message; this also proves that a message of unknown fate arrived."""
    supplier_id, now = exchange.profile.supplier_id, exchange.clock.now()
    if sent.state is not State.UNKNOWN:
        await messages.add_to_history(connection, sent, reason=reason, now=now)
        return []
    changes = {"sent_at": now, "next_attempt_at": None}
    await messages.move(connection, sent, State.SENT, now=now, reason=reason, changes=changes)
    events: list[Event] = [outgoing.settled(supplier_id, sent, SettledBy.APPLIED, reason=reason, now=now)]
    if sent.kind in (Kind.ORDER, Kind.ENQUIRY):
        events += outgoing.outcome_of(supplier_id, sent, SendOutcome.SENT, now=now, reason=reason)
    return events


async def _note_unreadable(connection: AsyncConnection, exchange: Exchange, sent: Message, reason: str) -> Sequence[Event]:
    """Records that the supplier took nothing of the message. Reports it to staff and to the order book."""
    supplier_id, now = exchange.profile.supplier_id, exchange.clock.now()
    if sent.state not in WITH_THE_SUPPLIER:
        await messages.add_to_history(connection, sent, reason=reason, now=now)
        return []
    await messages.move(connection, sent, State.FAILED, now=now, reason=reason, changes={"next_attempt_at": None})
    events: list[Event] = [outgoing.quarantined(supplier_id, sent, reason=reason, now=now)]
    if sent.kind in (Kind.ORDER, Kind.ENQUIRY):
        events += outgoing.outcome_of(supplier_id, sent, SendOutcome.FAILED, now=now, reason=reason)
    elif sent.kind is Kind.CANCELLATION:
        events += outgoing.not_cancelled(supplier_id, sent, now=now, note=reason)
    return events
