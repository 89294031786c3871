"""Makes the contract events of a plan's parts, and holds what no event can carry. Production publishes them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, TypeVar
from uuid import UUID

from services.suppliers.contract import ResponseFact
from services.suppliers.domain.buyers import MatchedInvoice
from services.suppliers.domain.known_lines import Held, KnownLine
from services.suppliers.domain.matching import MatchedAdvice, MatchedAnswer
from services.suppliers.domain.plan import Plan, PlannedDespatch, PlannedResponse, PlannedSelection, isbn_trouble
from shared.contracts.base import Event, Written
from shared.contracts.invoices import InvoiceReceived
from shared.contracts.selections import SelectionReceived
from shared.contracts.suppliers import DespatchAdvised, DespatchedLine, OrderResponded, Parcel, RecordsSupplied, RespondedLine
from shared.findings import Finding, Severity
from shared.records import Record

# Bytes of an event's data and key. Headers need what is left of `shared.messaging.outbox.MAX_RECORD_BYTES`.
LARGEST_EVENT = 890_000
# Records of one event, at most. Fewer are slower; more would hold up what the same consumer reads beside them.
_MOST_RECORDS = 100

Part = PlannedResponse | PlannedDespatch | MatchedInvoice | PlannedSelection
P = TypeVar("P", bound=Part)


class Arrived(Protocol):
    """The message that a part is of."""

    @property
    def id(self) -> UUID:
        """Its identifier."""

    @property
    def created_at(self) -> datetime:
        """When it arrived."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where facts are from: the supplier, its message, and the day on which that arrived."""

    supplier_id: str
    message: Arrived
    received: date


def events_of(part: Part, origin: Origin) -> Sequence[Event]:
    """Returns all events of one part of a plan. Raises ValueError for content that does not fit the contract."""
    match part:
        case PlannedResponse():
            return responded(part.fact, part.answers, origin)
        case PlannedDespatch():
            return [_despatched(part, origin)]
        case MatchedInvoice():
            return [invoice_received(part, origin)]
        case PlannedSelection():
            return [_selection_received(part, origin)]


def hold_oversized(plan: Plan, origin: Origin) -> None:
    """Moves each part whose event would be too large from the plan's parts to what is held. Raises as `events_of` does.

    Records are not looked at: `packed` finds out while it writes their events, and `hold_records` holds those that it left out.
    """

    def fitting(what: str, parts: list[P]) -> Iterator[P]:
        for part in parts:
            size = max((Written.of(event).size for event in events_of(part, origin)), default=0)
            if size <= LARGEST_EVENT:
                yield part
            else:
                plan.held.append(Held(_too_large(what, size)))

    concerned = plan.councils()
    plan.responses = list(fitting("the response", plan.responses))
    plan.despatches = list(fitting("the despatch", plan.despatches))
    plan.invoices = list(fitting("the invoice", plan.invoices))
    plan.selections = list(fitting("the selection", plan.selections))
    plan.others = plan.others or plan.councils() != concerned


def hold_records(plan: Plan, done: Packed) -> None:
    """Moves the records that no event can carry from the plan's parts to what is held."""
    plan.held += [Held(finding.text) for _, finding in done.held]
    left_out = done.left_out
    plan.records = [record for record in plan.records if id(record.fact) not in left_out]


def _too_large(what: str, size: int) -> str:
    return (
        f"{what} is too large for one event: {size} bytes, at most {LARGEST_EVENT}; ask the supplier to send it in several parts"
    )


def responded(fact: ResponseFact, answers: Sequence[MatchedAnswer], origin: Origin) -> list[OrderResponded]:
    """Makes the events of a supplier's answer, one per order."""
    by_order: dict[tuple[str, object], list[MatchedAnswer]] = defaultdict(list)
    for answer in answers:
        by_order[answer.line.council, answer.line.order_id].append(answer)
    return [
        OrderResponded(
            council=group[0].line.council,
            supplier_id=origin.supplier_id,
            order_id=group[0].line.order_id,
            message_id=origin.message.id,
            responded_at=fact.responded_at or origin.message.created_at,
            supplier_reference=fact.supplier_reference,
            account_stopped=fact.account_stopped,
            lines=tuple(_responded_line(answer) for answer in group),
        )
        for group in by_order.values()
    ]


def _responded_line(matched: MatchedAnswer) -> RespondedLine:
    answer = matched.answer
    return RespondedLine(
        line_key=matched.line.line_key,
        isbn=answer.isbn or matched.line.ordered.isbn,
        action=answer.action,
        status_code=answer.status_code,
        availability_code=answer.availability_code,
        quantities=answer.quantities,
        available_on=answer.available_on,
        substitute_isbn=answer.substitute_isbn,
        copies=answer.copies,
        note=answer.note,
        prices=answer.prices,
        supplier_references=answer.supplier_references,
        offer_until=answer.offer_until,
        claim=answer.claim,
    )


def _despatched(part: PlannedDespatch, origin: Origin) -> DespatchAdvised:
    """Makes the event of one council's goods on the way to one place, as of the day they are advised if no day is stated."""
    fact = part.fact
    parcels: dict[str, list[DespatchedLine]] = defaultdict(list)
    for matched in part.advice:
        parcels[matched.parcel_id].append(_despatched_line(matched))
    return DespatchAdvised(
        council=part.advice[0].line.council,
        supplier_id=origin.supplier_id,
        message_id=origin.message.id,
        despatch_number=fact.despatch_number,
        despatched_on=fact.despatched_on or origin.received,
        stated_on=fact.despatched_on,
        expected_on=fact.expected_on,
        deliver_to=part.deliver_to,
        parcels=tuple(Parcel(parcel_id=parcel_id, lines=tuple(lines)) for parcel_id, lines in parcels.items()),
    )


def _despatched_line(matched: MatchedAdvice) -> DespatchedLine:
    line: KnownLine = matched.line
    return DespatchedLine(
        line_key=line.line_key,
        order_id=line.order_id,
        order_number=line.order_number,
        isbn=matched.advised.isbn or line.ordered.isbn,
        quantity=matched.advised.quantity,
        copies=matched.advised.copies,
        supplier_references=matched.advised.supplier_references,
    )


@dataclass(slots=True)
class Packed:
    """The events of records, as few as can carry them, with the records in them; those that no event can carry, with reasons."""

    events: list[Written] = field(default_factory=list)
    carried: list[Record] = field(default_factory=list)
    held: list[tuple[Record, Finding]] = field(default_factory=list)

    @property
    def left_out(self) -> set[int]:
        """The `id` of each record in `held`: two records may be equal."""
        return {id(record) for record, _ in self.held}


def packed(records: Sequence[Record], origin: Origin) -> Packed:
    """Makes the events of bibliographic records, in their order."""
    done = Packed()
    fine = []
    for record in records:
        if trouble := isbn_trouble(record):
            done.held.append((record, _reason(record, "invalid-isbn", trouble)))
        else:
            fine.append(record)
    for start in range(0, len(fine), _MOST_RECORDS):
        _pack(fine[start : start + _MOST_RECORDS], origin, done)
    return done


def _pack(records: Sequence[Record], origin: Origin, done: Packed) -> None:
    written = Written.of(_supplied(records, origin))
    if written.size <= LARGEST_EVENT:
        done.events.append(written)
        done.carried += records
    elif len(records) == 1:
        done.held.append((records[0], _reason(records[0], "too-large", _too_large("the record", written.size))))
    else:
        half = len(records) // 2
        _pack(records[:half], origin, done)
        _pack(records[half:], origin, done)


def _reason(record: Record, code: str, text: str) -> Finding:
    return Finding(code, text, Severity.ERROR, record.number, record.offset)


def _supplied(records: Sequence[Record], origin: Origin) -> RecordsSupplied:
    message = origin.message
    return RecordsSupplied(
        supplier_id=origin.supplier_id, message_id=message.id, supplied_at=message.created_at, records=tuple(records)
    )


def invoice_received(matched: MatchedInvoice, origin: Origin) -> InvoiceReceived:
    """Makes the event of one council's invoice or credit note.

    An invoice without a date gets the day it was received, and a doubt that says so.
    """
    fact = matched.fact
    doubts = fact.doubts if fact.invoiced_on else (*fact.doubts, "no date is stated; the day of receipt is used")
    return InvoiceReceived(
        council=matched.council,
        supplier_id=origin.supplier_id,
        message_id=origin.message.id,
        invoice_number=fact.invoice_number,
        credit=fact.credit,
        credits_invoice=fact.credits_invoice,
        invoiced_on=fact.invoiced_on or origin.received,
        currency=fact.currency,
        total=fact.total,
        doubts=doubts,
        lines=matched.lines,
        charges=fact.charges,
        taxes=fact.taxes,
    )


def _selection_received(part: PlannedSelection, origin: Origin) -> SelectionReceived:
    """Makes the event of titles that were selected on the supplier's side for a council."""
    return SelectionReceived(
        council=part.council,
        supplier_id=origin.supplier_id,
        message_id=origin.message.id,
        selection_number=part.fact.selection_number,
        firm=part.fact.firm,
        received_at=origin.message.created_at,
        lines=part.fact.lines,
    )
