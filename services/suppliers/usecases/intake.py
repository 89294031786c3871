"""What happens to an inbound message, in seven steps. Knows no route, no mailbox and no supplier's protocol.

| step | what it does | where |
|---|---|---|
| 1 keep | stores the bytes and commits, before anything reads them | `keep_inbound` |
| 2 read | turns the bytes into facts and findings, outside any transaction | `loops/reader.py`, `domain/reading.py` |
| 3 set aside | ends what is a repetition of an earlier message, or a test | `_set_aside` |
| 4 correct | applies staff's corrections of the supplier's references | `_correct` |
| 5 plan | matches facts to ordered lines, goods to places; decides what to apply and what to hold | `_plan`, `domain/plan.py` |
| 6 wait | postpones a message whose order may still be on its way to us | `_wait` |
| 7 finish | applies what is new, publishes it, gives the message its end state | `_finish`, `usecases/applying.py` |

Steps 3 to 7 are one transaction, opened by the reader; the many records of a large message come before it in parts. A message
stays `received` until it commits, so a killed process repeats them. What fails for a fault of ours is quarantined with the fault
as its reason.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers import outgoing
from services.suppliers.contract import Kind, LargeMessage, RawMessage, Reading
from services.suppliers.domain.known_lines import references_of
from services.suppliers.domain.mapping import Corrections
from services.suppliers.domain.messages import Direction, Message, State
from services.suppliers.domain.part_events import hold_oversized
from services.suppliers.domain.plan import MARKED_AS_TEST, Plan, PlannedRecord, final_state, plan_for, reasons_of
from services.suppliers.exchange import Exchange
from services.suppliers.store import feeds, lines, mappings, messages
from services.suppliers.store.messages import NewMessage, Parts
from services.suppliers.usecases.applying import Done, carry_out, origin_of, supply_records
from services.suppliers.usecases.publishing import publish
from services.suppliers.usecases.working import work_on_applied
from shared.backoff import pause_after
from shared.contracts.messages import SettledBy
from shared.findings import Finding, Severity
from shared.records import Record

_LONGEST_PAUSE = 5.0


@dataclass(frozen=True, slots=True)
class Taken:
    """A message after steps 3 to 7. `plan`: none where it was set aside; `done`: none where it waits, or was set aside."""

    message: Message
    plan: Plan | None = None
    done: Done | None = None


async def keep_inbound(
    connection: AsyncConnection, exchange: Exchange, raw: RawMessage, *, push_id: str | None = None
) -> Message | None:
    """Step 1: keeps the bytes and returns the message; None where the same push was kept before."""
    new = NewMessage(Direction.IN, Kind.UNKNOWN, State.RECEIVED, raw.body, raw.name, raw.content_type, push_id=push_id)
    return await messages.keep(connection, new, now=exchange.clock.now())


async def keep_parts(
    connection: AsyncConnection, exchange: Exchange, large: LargeMessage, message_id: UUID, parts: Parts
) -> None:
    """Step 1 for a large message whose bytes are kept in parts: keeps its row, so that it can be read."""
    new = NewMessage(Direction.IN, Kind.UNKNOWN, State.RECEIVED, b"", large.name, large.content_type, parts=parts)
    await messages.keep(connection, new, now=exchange.clock.now(), message_id=message_id)


async def keep_report(connection: AsyncConnection, exchange: Exchange, report: RawMessage) -> None:
    """Step 1 for a report to staff, such as of a file that is not fetched: kept once, however often it is repeated."""
    if not await messages.was_kept(connection, report.body):
        await keep_inbound(connection, exchange, report)


async def apply(connection: AsyncConnection, exchange: Exchange, message: Message, reading: Reading) -> Taken:
    """Steps 3 to 7, for a message that is locked and in state `received`; returns it as it is after them."""
    reading = await _with_reused_reference(connection, message, reading)
    if not reading.test:
        # Always in the same order, so that no two transactions wait for each other's rows.
        for kind in sorted({reading.kind, *reading.kinds} & set(exchange.profile.feeds)):
            await feeds.note_message(connection, kind, message.created_at)
    ended = await _set_aside(connection, exchange, message, reading)
    if ended is not None:
        return Taken(ended)
    reading = await _correct(connection, message, reading)
    plan = await _plan(connection, exchange, reading)
    if _may_wait(exchange, message, plan):
        return Taken(await _wait(connection, exchange, message, reading, plan), plan)
    return await _finish(connection, exchange, message, reading, plan)


async def apply_records(
    connection: AsyncConnection, exchange: Exchange, message: Message, reading: Reading, places: range
) -> bool:
    """Applies only the records at some places of a large message, before `apply` takes the rest. `message` must be locked.

    Returns False where the message will be set aside (step 3), so that nothing of it may be applied.
    """
    if reading.test or await messages.same_content(connection, message) is not None:
        return False
    facts = [(place, reading.facts[place]) for place in places]
    records = [PlannedRecord(place, fact) for place, fact in facts if isinstance(fact, Record)]
    await publish(connection, (await supply_records(connection, exchange, message, records)).events, exchange.clock)
    return True


async def quarantine(connection: AsyncConnection, exchange: Exchange, message: Message, reason: str) -> None:
    """Holds a message for staff. `message` must be locked and in state `received`."""
    now = await messages.moment_after_its_changes(connection, message, exchange.clock.now())
    await messages.move(connection, message, State.QUARANTINED, now=now, reason=reason, changes={"next_attempt_at": None})
    event = outgoing.quarantined(exchange.profile.supplier_id, message, reason=reason, now=now)
    await publish(connection, [event], exchange.clock)


async def _with_reused_reference(connection: AsyncConnection, message: Message, reading: Reading) -> Reading:
    """The reading, with a finding where its reference was used before for other content."""
    reference, sender = reading.control_reference, reading.sender
    if not reference or not await messages.same_reference(connection, message, sender=sender, control_reference=reference):
        return reading
    text = f"reference {reference} of {sender} was used before, for other content"
    return replace(reading, findings=(*reading.findings, Finding("reference-reused", text, Severity.WARNING)))


async def _set_aside(connection: AsyncConnection, exchange: Exchange, message: Message, reading: Reading) -> Message | None:
    """Step 3: ends the message here if it is a duplicate or a test; None for all others."""
    first = await messages.same_content(connection, message)
    if first is not None:
        state, reason = State.DUPLICATE, f"message {first} had the same content"
    elif reading.test:
        state, reason = State.TEST, MARKED_AS_TEST
    else:
        return None
    changes = _columns(exchange, reading)
    return await messages.move(connection, message, state, now=exchange.clock.now(), reason=reason, changes=changes)


async def _correct(connection: AsyncConnection, message: Message, reading: Reading) -> Reading:
    """Step 4: the facts as staff's mappings correct them, with a finding for each correction."""
    corrections = Corrections(await mappings.in_force(connection, message.id))
    facts = corrections.apply(reading.facts)
    return replace(reading, facts=facts, findings=(*reading.findings, *corrections.findings()))


async def _plan(connection: AsyncConnection, exchange: Exchange, reading: Reading) -> Plan:
    """Step 5: what to apply and what to hold, with reasons."""
    known = await lines.find_lines(connection, references_of(reading.facts))
    plan = plan_for(reading.facts, known, exchange.profile)
    if not plan.unknown_places:
        return plan
    places = await lines.places_named(connection, plan.unknown_places)
    return plan_for(reading.facts, known, exchange.profile, places)


def _may_wait(exchange: Exchange, message: Message, plan: Plan) -> bool:
    """Whether step 6 applies: an answer can overtake the event of the order it answers, so staff are not asked at once."""
    patience = timedelta(seconds=exchange.limits.match)
    young = exchange.clock.now() - message.created_at < patience
    return young and any(held.may_arrive for held in plan.held)


async def _wait(connection: AsyncConnection, exchange: Exchange, message: Message, reading: Reading, plan: Plan) -> Message:
    """Step 6: the message stays `received` and is tried again after a pause that doubles up to a limit."""
    now = exchange.clock.now()
    attempts = message.attempts + 1
    pause = pause_after(attempts, first=exchange.limits.first_pause, longest=_LONGEST_PAUSE)
    changes = _columns(exchange, reading, plan) | {"attempts": attempts, "next_attempt_at": now + timedelta(seconds=pause)}
    reason = f"waits: {reasons_of(plan.held)}"
    return await messages.move(connection, message, State.RECEIVED, now=now, reason=reason, changes=changes)


async def _finish(connection: AsyncConnection, exchange: Exchange, message: Message, reading: Reading, plan: Plan) -> Taken:
    """Step 7: applies and publishes what is new; staff learn what was held, and that what they waited for is settled."""
    supplier_id = exchange.profile.supplier_id
    # Nobody can have done anything about a message that has not moved: that saves most messages a statement.
    first_time = message.version == 1
    repeated = await lines.has_pieces(connection, message.id)
    hold_oversized(plan, origin_of(exchange, message))
    done = await carry_out(connection, exchange, message, plan)
    state, reason = final_state(plan, reading, nothing_new=not done.anything_new and not repeated)
    now = exchange.clock.now()
    held_before = await messages.was_held(connection, message.id)
    if held_before:
        now = await messages.moment_after_its_changes(connection, message, now)
    ended = await messages.move(connection, message, state, now=now, reason=reason, changes=_columns(exchange, reading, plan))
    if state is State.APPLIED and plan.records:
        await lines.forget_records(connection, message.id)
    events = list(done.events)
    if state in (State.PARTLY_APPLIED, State.QUARANTINED):
        events.append(outgoing.quarantined(supplier_id, ended, reason=reason, now=now))
    elif held_before:
        events.append(outgoing.settled(supplier_id, ended, SettledBy.APPLIED, reason=reason, now=now))
    if not first_time:
        events += await work_on_applied(connection, exchange, ended)
    await publish(connection, events, exchange.clock)
    return Taken(ended, plan, done)


def _columns(exchange: Exchange, reading: Reading, plan: Plan | None = None) -> dict[str, object]:
    """What a reading sets of a message; a plan adds the orders, lines and councils it is found by and shown to."""
    columns: dict[str, object] = {
        "kind": reading.kind,
        "sender": reading.sender,
        "control_reference": reading.control_reference,
        "findings": [asdict(finding) for finding in reading.findings],
        "next_attempt_at": None,
        "profile_version": exchange.profile.version,
    }
    if plan is not None:
        columns |= {
            "order_ids": sorted(plan.order_ids()),
            "line_keys": sorted(plan.line_keys()),
            "councils": sorted(plan.councils()),
        }
    return columns
