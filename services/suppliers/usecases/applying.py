"""Carries out a message's plan: applies once each part that no message brought before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers import outgoing
from services.suppliers.domain.duplicates import answer_keys, copy_keys, invoice_key, selection_key
from services.suppliers.domain.matching import MatchedAnswer
from services.suppliers.domain.messages import Message, State
from services.suppliers.domain.part_events import Origin, Packed, events_of, hold_records, packed, responded
from services.suppliers.domain.places import are_carried, copies_by_place
from services.suppliers.domain.plan import Part, Plan, PlannedRecord, PlannedResponse
from services.suppliers.exchange import Exchange
from services.suppliers.store import lines, messages
from services.suppliers.usecases.acknowledgements import acknowledge
from services.suppliers.usecases.reconciling import reconcile, report_untraced
from shared.contracts.base import Event, Written
from shared.contracts.messages import SettledBy
from shared.contracts.stated import SupplierReferences, newly_stated
from shared.contracts.suppliers import SendOutcome


@dataclass(slots=True)
class Done:
    """What was carried out: the events to publish, the parts of the plan that were new, and whether anything was."""

    events: list[Event | Written] = field(default_factory=list)
    anything_new: bool = False
    parts: list[Part] = field(default_factory=list)

    def add(self, events: Sequence[Event | Written], *parts: Part) -> None:
        """Adds the events of something new, and the parts of the plan that they are about."""
        self.events += events
        self.anything_new = self.anything_new or bool(events)
        self.parts += parts


def origin_of(exchange: Exchange, message: Message) -> Origin:
    """Returns where the facts of a message are from."""
    return Origin(exchange.profile.supplier_id, message, exchange.clock.day_of(message.created_at))


async def carry_out(connection: AsyncConnection, exchange: Exchange, message: Message, plan: Plan) -> Done:
    """Applies everything in the plan that was not applied before; holds records that are too large. `message` must be locked."""
    done, origin = Done(), origin_of(exchange, message)
    done.add(await _mark_answered(connection, exchange, plan))
    for response in plan.responses:
        answers = await _new_answers(connection, exchange, message, response)
        done.add(responded(response.fact, answers, origin), *answers)
    for despatch in plan.despatches:
        keys = copy_keys(despatch.fact, despatch.deliver_to.code, despatch.advice)
        # Published whole where any copy is new: delivery ignores the copies that it has already.
        if await lines.claim_pieces(connection, keys, message.id):
            done.add(events_of(despatch, origin), despatch)
    for invoice in plan.invoices:
        # Published wherever its content is new, whatever its number: the order book decides what a used number means.
        if await lines.claim_pieces(connection, {invoice_key(invoice)}, message.id):
            done.add(events_of(invoice, origin), invoice)
    for selection in plan.selections:
        if await lines.claim_pieces(connection, {selection_key(selection.fact, selection.council)}, message.id):
            done.add(events_of(selection, origin), selection)
    await _acknowledge_all(connection, exchange, message, plan, done)
    await _reconcile_all(connection, exchange, message, plan, done)
    supplied = await supply_records(connection, exchange, message, plan.records)
    hold_records(plan, supplied)
    carried = {id(record) for record in supplied.carried}
    done.add(supplied.events, *(record for record in plan.records if id(record.fact) in carried))
    return done


async def supply_records(
    connection: AsyncConnection, exchange: Exchange, message: Message, records: Sequence[PlannedRecord]
) -> Packed:
    """Returns the events of those records of a message that were not applied before. One that is held stays not applied."""
    by_key = {lines.record_key(message.id, record.place): record.fact for record in records}
    new = await lines.claim_pieces(connection, by_key, message.id)
    done = packed([record for key, record in by_key.items() if key in new], origin_of(exchange, message))
    left_out = done.left_out
    await lines.release_pieces(connection, [key for key in new if id(by_key[key]) in left_out])
    return done


async def _new_answers(
    connection: AsyncConnection, exchange: Exchange, message: Message, planned: PlannedResponse
) -> Sequence[MatchedAnswer]:
    """Returns the answers of a response that were not applied before, and notes what they state about their lines."""
    keys = {f"response/{message.id}/{planned.place}/{answer.place}": answer for answer in planned.answers}
    first = await lines.claim_pieces(connection, keys, message.id)
    contents = answer_keys(planned.fact, [answer for key, answer in keys.items() if key in first])
    new = await lines.claim_pieces(connection, contents.values(), message.id)
    answers = [a for key, a in keys.items() if key in first and (a.place not in contents or contents[a.place] in new)]
    named = [answer.line.line_key for answer in answers]
    await lines.note_supplier_reference(connection, planned.fact.supplier_reference, named)
    await lines.note_line_references(connection, _newly_called(answers))
    await lines.note_substitutes(connection, _announced(answers))
    await report_untraced(connection, exchange, message, answers)
    return answers


# List 12B: accepted, and the substitute that the answer names will come.
_SUBSTITUTED = "110"


def _announced(answers: Sequence[MatchedAnswer]) -> dict[str, str]:
    found = ((matched.line.line_key, matched.answer) for matched in answers)
    return {key: answer.substitute_isbn for key, answer in found if answer.status_code == _SUBSTITUTED and answer.substitute_isbn}


def _newly_called(answers: Sequence[MatchedAnswer]) -> dict[str, SupplierReferences]:
    """Returns what answers call their lines, by line key, where that adds to what is known."""
    lines_called = ((each.line, each.answer.supplier_references) for each in answers)
    return newly_stated((line.line_key, line.ordered.supplier_references, called) for line, called in lines_called)


async def _acknowledge_all(connection: AsyncConnection, exchange: Exchange, message: Message, plan: Plan, done: Done) -> None:
    """Applies acknowledgements. Each counts as new even without an event: it is in the history of the message it is about."""
    for planned in plan.acknowledgements:
        key = f"acknowledgement/{message.id}/{planned.place}"
        if await lines.claim_pieces(connection, {key}, message.id):
            done.anything_new = True
            done.add(await acknowledge(connection, exchange, planned), planned)


async def _reconcile_all(connection: AsyncConnection, exchange: Exchange, message: Message, plan: Plan, done: Done) -> None:
    """Compares lists of open lines with ours. The result is kept for staff, who decide what to do about it."""
    for report in plan.reports:
        if await lines.claim_pieces(connection, {f"report/{message.id}/{report.place}"}, message.id):
            done.anything_new = True
            done.parts.append(report)
            await reconcile(connection, exchange, report.fact, council=report.council, actor="system", message_id=message.id)


async def _mark_answered(connection: AsyncConnection, exchange: Exchange, plan: Plan) -> Sequence[Event]:
    """Marks our messages as answered whose lines this plan names; returns the events to publish.

    An answer proves that the supplier has the order, even where the outcome of sending was unknown.
    """
    ids = await _answered(connection, exchange, plan)
    now = exchange.clock.now()
    events: list[Event] = []
    for sent in await messages.sent_messages(connection, ids):
        supplier_id, reason = exchange.profile.supplier_id, "the supplier answered it"
        if sent.state in (State.UNKNOWN, State.UNDECIDED):
            events += outgoing.order_sent(supplier_id, sent, SendOutcome.SENT, now=now, reason=reason)
        if sent.state is State.UNKNOWN:
            events.append(outgoing.settled(supplier_id, sent, SettledBy.APPLIED, reason=reason, now=now))
        await messages.move(connection, sent, State.ANSWERED, now=now, changes={"next_attempt_at": None})
    return events


async def _answered(connection: AsyncConnection, exchange: Exchange, plan: Plan) -> list[UUID]:
    """Returns the messages that carried what this plan names; of a line in several messages those that carried its copies."""
    carries = exchange.profile.order_places
    divided = {line.line_key for line in plan.lines() if len(copies_by_place(line.ordered, carries)) > 1}
    ids = {line.message_id for line in plan.lines() if line.line_key not in divided}
    if divided:
        named = [(line.ordered, copies) for line, copies in plan.copies() if line.line_key in divided]
        for sent in await messages.dividing(connection, sorted(plan.order_ids())):
            if any(are_carried(line, copies, sent.copies) for line, copies in named):
                ids.add(sent.id)
    return sorted(ids)
