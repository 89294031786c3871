"""Inbound messages, whatever way they came: bytes are kept first, then read, matched to what was ordered, applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers import outgoing
from services.suppliers.contract import Kind, RawMessage, Reading
from services.suppliers.domain.known_lines import references_of
from services.suppliers.domain.mapping import Meanings
from services.suppliers.domain.messages import Direction, Message, State
from services.suppliers.domain.plan import MARKED_AS_TEST, Plan, end_of, plan_for, reasons_of
from services.suppliers.exchange import Exchange
from services.suppliers.store import feeds, lines, mappings, messages
from services.suppliers.store.messages import NewMessage
from services.suppliers.usecases.applying import carry_out, hold_what_cannot_travel
from shared.contracts.suppliers import SettledBy
from shared.findings import Finding, Severity

_LONGEST_PAUSE = 5.0


async def keep_inbound(
    connection: AsyncConnection, exchange: Exchange, raw: RawMessage, *, push_id: str | None = None
) -> UUID | None:
    """Keep the bytes; None where the push was kept before. Reading comes after the commit."""
    new = NewMessage(Direction.IN, Kind.UNKNOWN, State.RECEIVED, raw.body, raw.name, raw.content_type, push_id=push_id)
    return await messages.keep(connection, new, now=exchange.clock.now())


async def apply(connection: AsyncConnection, exchange: Exchange, message: Message, reading: Reading) -> None:
    """Apply what a message says. `message` must be locked and in state `received`."""
    found = [asdict(finding) for finding in await _findings(connection, message, reading)]
    noted: dict[str, object] = {
        "kind": reading.kind,
        "sender": reading.sender,
        "control_reference": reading.control_reference,
        "findings": found,
        "next_attempt_at": None,
        "profile_version": exchange.profile.version,
    }
    now = exchange.clock.now()
    if reading.kind in exchange.profile.feeds and not reading.test:
        await feeds.heard(connection, reading.kind, message.created_at)
    first = await messages.same_content(connection, message)
    if first is not None:
        reason = f"the same content came before as message {first}"
        await messages.move(connection, message, State.DUPLICATE, now=now, reason=reason, changes=noted)
        return
    if reading.test:
        await messages.move(connection, message, State.TEST, now=now, reason=MARKED_AS_TEST, changes=noted)
        return
    meanings = Meanings(await mappings.in_force(connection, message.id))
    reading = replace(reading, facts=meanings.applied(reading.facts))
    noted["findings"] = [*found, *map(asdict, meanings.findings())]
    known = await lines.find_lines(connection, references_of(reading.facts))
    plan = plan_for(reading.facts, known, exchange.profile)
    noted |= _touched(plan)
    if _may_wait(exchange, message, plan):
        await _wait(connection, exchange, message, noted=noted, plan=plan)
    else:
        await _carry_out(connection, exchange, message, reading=reading, plan=plan, noted=noted)


async def quarantine(connection: AsyncConnection, exchange: Exchange, message: Message, reason: str) -> None:
    """Hold a message for a person. `message` must be locked and in state `received`."""
    now = exchange.clock.now()
    await messages.move(connection, message, State.QUARANTINED, now=now, reason=reason, changes={"next_attempt_at": None})
    told = outgoing.quarantined(exchange.profile.supplier_id, message, reason=reason, now=now)
    await outgoing.publish(connection, [told], exchange.clock)


async def _findings(connection: AsyncConnection, message: Message, reading: Reading) -> Sequence[Finding]:
    if not reading.control_reference:
        return reading.findings
    reused = await messages.same_reference(
        connection, message, sender=reading.sender, control_reference=reading.control_reference
    )
    if not reused:
        return reading.findings
    text = f"reference {reading.control_reference} of {reading.sender} came before with other content"
    return (*reading.findings, Finding("reference-reused", text, Severity.WARNING))


def _touched(plan: Plan) -> dict[str, object]:
    """The orders, lines and councils a message is about: what it is found by, and who may see it."""
    return {
        "order_ids": sorted(plan.order_ids()),
        "line_keys": sorted(plan.line_keys()),
        "councils": sorted(plan.councils()),
    }


def _may_wait(exchange: Exchange, message: Message, plan: Plan) -> bool:
    """An answer can overtake the event of the order it answers: it waits a while before a person is asked."""
    patience = timedelta(seconds=exchange.limits.match)
    young = exchange.clock.now() - message.created_at < patience
    return young and any(held.may_come for held in plan.held)


async def _wait(
    connection: AsyncConnection, exchange: Exchange, message: Message, *, noted: dict[str, object], plan: Plan
) -> None:
    now = exchange.clock.now()
    pause = min(_LONGEST_PAUSE, exchange.limits.first_pause * 2.0 ** min(message.attempts, 32))
    changes = {**noted, "attempts": message.attempts + 1, "next_attempt_at": now + timedelta(seconds=pause)}
    reason = f"waits: {reasons_of(plan.held)}"
    await messages.move(connection, message, State.RECEIVED, now=now, reason=reason, changes=changes)


async def _carry_out(
    connection: AsyncConnection,
    exchange: Exchange,
    message: Message,
    *,
    reading: Reading,
    plan: Plan,
    noted: dict[str, object],
) -> None:
    repeated = await lines.has_pieces(connection, message.id)
    hold_what_cannot_travel(exchange.profile.supplier_id, message, plan)
    done = await carry_out(connection, exchange, message, plan)
    events = list(done.events)
    state, reason = end_of(plan, reading, nothing_new=not done.anything_new and not repeated)
    now = exchange.clock.now()
    await messages.move(connection, message, state, now=now, reason=reason, changes=noted)
    supplier_id = exchange.profile.supplier_id
    concerned = replace(message, kind=reading.kind, councils=tuple(sorted(plan.councils())))
    if state in (State.PARTLY_APPLIED, State.QUARANTINED):
        events.append(outgoing.quarantined(supplier_id, concerned, reason=reason, now=now))
    elif await messages.was_held(connection, message.id):
        events.append(outgoing.settled(supplier_id, concerned, SettledBy.APPLIED, reason=reason, now=now))
    await outgoing.publish(connection, events, exchange.clock)
