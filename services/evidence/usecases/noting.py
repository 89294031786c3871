"""Notes facts from events, one function per kind of event. Events may arrive early, late or twice.

Facts of copies are gathered over a batch of events, and `keep_copies` writes them at its end. What else arrives with every
order is written for all events of a kind at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.facts import GatheredCopies
from services.evidence.store import writing
from services.evidence.store.tables import COSTS
from shared.contracts.base import Event, PlaceKind
from shared.contracts.catalogue import RecordJudged
from shared.contracts.delivery import (
    WRONG_PLACE,
    ConsignmentExpected,
    CopiesReceived,
    CopyMisdirected,
    DiscrepancyFound,
    Leg,
)
from shared.contracts.invoices import InvoiceMatched, InvoiceQueried, InvoiceRejected
from shared.contracts.messages import MessageQuarantined, MessageSettled
from shared.contracts.orders import (
    CancellationRequested,
    CopyProgress,
    CopyState,
    LineProgressed,
    OrderedCopy,
    OrderedLine,
    OrderedLines,
    RouteChanged,
)
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison

_ANSWERED = {CopyState.ACCEPTED, CopyState.HELD, CopyState.BACK_ORDERED, CopyState.REFUSED, CopyState.CANCELLED}
_MOMENTS = {
    CopyState.SENT: ("sent_at",),
    CopyState.DESPATCHED: ("despatched_at",),
    **dict.fromkeys(_ANSWERED, ("answered_at",)),
    CopyState.REFUSED: ("answered_at", "given_up_at"),
    CopyState.CANCELLED: ("answered_at", "given_up_at"),
}
"""Which moments of a copy's life a move to a state is. When goods were scanned, delivery's events say more exactly."""


def council_of(event: Event) -> str:
    """Returns the council of an event. Raises Poison for one that names none."""
    if event.council is None:
        raise Poison(f"{event.event_type} names no council")
    return event.council


async def lines_ordered(_: AsyncConnection, event: OrderedLines, envelope: Envelope, *, copies: GatheredCopies) -> None:
    """A council ordered copies, or some of them again from another supplier."""
    for line in event.lines:
        for each in line.copies:
            copies.add(
                each.copy_id,
                council=council_of(event),
                order_id=event.order_id,
                placed_at=event.ordered_at,
                state=CopyState.ORDERED.value,
                version=envelope.aggregate_version,
                planned_version=envelope.aggregate_version,
                branch_version=envelope.aggregate_version,
                **_ordered(line, each),
            )


def _ordered(line: OrderedLine, each: OrderedCopy) -> dict[str, Any]:
    price, trial, routed, place = line.unit_price, line.trial, each.route_trial, each.deliver_to
    return {
        "supplier_id": line.supplier_id,
        "line_key": line.line_key,
        "replaces": line.replaces,
        "isbn": line.isbn,
        "branch": each.branch.code,
        "material": line.material,
        "trial": None if trial is None else trial.trial,
        "arm": None if trial is None else trial.arm.value,
        "route_trial": None if routed is None else routed.trial,
        "route_arm": None if routed is None else routed.arm.value,
        "planned_hub": None if place is None else place.kind is PlaceKind.HUB,
        "asked_minor": None if price is None else price.minor,
        "asked_currency": None if price is None else price.currency,
    }


async def route_changed(_: AsyncConnection, event: RouteChanged, envelope: Envelope, *, copies: GatheredCopies) -> None:
    """Open copies are to be unpacked elsewhere, or are for the branch that took over from theirs: they count for that one."""
    for line in (*event.lines, *event.unpacked):
        hub = line.deliver_to.kind is PlaceKind.HUB
        for copy_id in line.copy_ids:
            copies.add(copy_id, planned_hub=hub, planned_version=envelope.aggregate_version)
    for moved in event.moved:
        for copy_id in moved.copy_ids:
            copies.add(copy_id, branch=moved.branch.code, branch_version=envelope.aggregate_version)
            if moved.deliver_to is not None:
                hub = moved.deliver_to.kind is PlaceKind.HUB
                copies.add(copy_id, planned_hub=hub, planned_version=envelope.aggregate_version)


async def line_progressed(_: AsyncConnection, event: LineProgressed, envelope: Envelope, *, copies: GatheredCopies) -> None:
    """Copies of a line changed state or have another expected day."""
    for each in event.copies:
        copies.add(
            each.copy_id,
            state=each.to_state.value,
            version=envelope.aggregate_version,
            promised_on=each.promised_on,
        )
        for state, at in _moves(event, each):
            copies.add(each.copy_id, **dict.fromkeys(_MOMENTS.get(state, ()), at))


def _moves(event: LineProgressed, each: CopyProgress) -> list[tuple[CopyState, Any]]:
    """Returns the states that a copy moved to, and when. What is published again states all of them, and is no move itself."""
    moved = [(one.state, one.at) for one in each.reached]
    if each.from_state is not each.to_state:
        moved.append((each.to_state, event.progressed_at))
    return moved


async def keep_copies(connection: AsyncConnection, copies: GatheredCopies) -> None:
    """Writes the facts that a batch of events gathered."""
    await writing.keep_copies(connection, copies.rows())


async def cancellation_requested(connection: AsyncConnection, event: CancellationRequested, _: Envelope) -> None:
    """A council asked to cancel copies of lines."""
    rows = [
        {
            "line_key": line.line_key,
            "council": council_of(event),
            "supplier_id": line.supplier_id,
            "requested_at": event.requested_at,
        }
        for line in sorted(event.lines, key=lambda line: line.line_key)
    ]
    await writing.keep_cancellations(connection, rows)


async def consignment_expected(_: AsyncConnection, event: ConsignmentExpected, __: Envelope, *, copies: GatheredCopies) -> None:
    """Goods are on the way, to a hub, from it, or directly."""
    for each in event.copies:
        copies.add(each.copy_id, through_hub=event.leg is not Leg.DIRECT)


async def copies_received(_: AsyncConnection, event: CopiesReceived, __: Envelope, *, copies: GatheredCopies) -> None:
    """A hub or a branch scanned copies in."""
    name = "at_hub_at" if event.leg is Leg.TO_HUB else "received_at"
    for each in event.copies:
        copies.add(each.copy_id, through_hub=event.leg is not Leg.DIRECT, **{name: event.received_at})


async def discrepancy_found(connection: AsyncConnection, event: DiscrepancyFound, _: Envelope) -> None:
    """Goods differ from what was advised."""
    copy_id = None if event.consigned_copy is None else event.consigned_copy.copy_id
    row = {"kind": event.kind.value, "isbn": event.isbn, "quantity": event.quantity, "copy_id": copy_id}
    await writing.keep_discrepancy(connection, {**_found(event), **row})


async def copy_misdirected(connection: AsyncConnection, event: CopyMisdirected, _: Envelope) -> None:
    """A copy was advised for another place than the one that the delivery rules said."""
    copy = event.consigned_copy
    row = {"kind": WRONG_PLACE, "isbn": copy.isbn, "quantity": 1, "copy_id": copy.copy_id}
    await writing.keep_discrepancy(connection, {**_found(event), **row})


def _found(event: DiscrepancyFound | CopyMisdirected) -> dict[str, Any]:
    return {
        "discrepancy_id": event.discrepancy_id,
        "council": council_of(event),
        "supplier_id": event.supplier_id,
        "found_at": event.found_at,
    }


async def invoices_matched(connection: AsyncConnection, arrived: Sequence[tuple[InvoiceMatched, Envelope]]) -> None:
    """Invoices, or parts of them, charge copies; credit notes pay back."""
    events = [event for event, _ in arrived]
    invoices = [{**_invoice(event, event.matched_at), "matched_at": event.matched_at} for event in events]
    charges = [row for event in events for row in _charges(event)]
    await writing.keep_charges(connection, invoices, charges, [row for event in events for row in _other_charges(event)])


def _charges(event: InvoiceMatched) -> Iterator[dict[str, Any]]:
    sign = -1 if event.credit else 1
    sums: dict[tuple[int, Any], Counter[str]] = {}
    for line in event.lines:
        for each in line.copies:
            amounts = sums.setdefault((line.line_number, each.copy_id), Counter())
            for name in COSTS:
                amounts[name] += sign * getattr(each.cost, name)
    for (number, copy_id), amounts in sums.items():
        yield {"invoice_id": event.invoice_id, "line_number": number, "copy_id": copy_id, **amounts}


def _other_charges(event: InvoiceMatched) -> Iterator[dict[str, Any]]:
    sign = -1 if event.credit else 1
    for place, each in enumerate(event.charges):
        amounts = {"net": sign * each.net, "vat": sign * each.vat}
        yield {"invoice_id": event.invoice_id, "part": event.part, "place": place, "kind": each.kind.value, **amounts}


async def invoice_queried(connection: AsyncConnection, event: InvoiceQueried, _: Envelope) -> None:
    """An invoice does not match, and a person has to settle it."""
    queries = [{"code": each.code.value, "line_number": each.line_number} for each in event.queries]
    asked = {"queries": queries, "unlisted": event.unlisted, "queried_at": event.queried_at}
    await writing.keep_query(connection, {**_invoice(event, event.queried_at), **asked})


async def invoice_rejected(connection: AsyncConnection, event: InvoiceRejected, _: Envelope) -> None:
    """A person rejected an invoice."""
    row = {
        "invoice_id": event.invoice_id,
        "council": council_of(event),
        "supplier_id": event.supplier_id,
        "invoice_number": event.invoice_number,
        "rejected_at": event.rejected_at,
    }
    await writing.keep_rejection(connection, row)


def _invoice(event: InvoiceMatched | InvoiceQueried, at: datetime) -> dict[str, Any]:
    return {
        "invoice_id": event.invoice_id,
        "council": council_of(event),
        "supplier_id": event.supplier_id,
        "invoice_number": event.invoice_number,
        "credit": event.credit,
        "invoiced_on": event.invoiced_on,
        "currency": event.currency,
        "total": event.total,
        "stated_at": at,
    }


async def records_judged(connection: AsyncConnection, arrived: Sequence[tuple[RecordJudged, Envelope]]) -> None:
    """Councils' minimums say something else of the records of books that they ordered."""
    names = {"isbn", "supplier_id", "score", "passes", "judged_at", "first_supplier_id", "version"}
    rows = [
        {**event.model_dump(include=names), "council": council_of(event), "first_at": event.first_judged_at}
        for event, _ in arrived
    ]
    await writing.keep_records(connection, rows)


async def message_quarantined(connection: AsyncConnection, event: MessageQuarantined, _: Envelope) -> None:
    """A supplier's message waits for a person."""
    row = event.model_dump(include={"message_id", "supplier_id", "council", "kind"})
    await writing.keep_held_message(connection, {**row, "held_at": event.quarantined_at})


async def message_settled(connection: AsyncConnection, event: MessageSettled, _: Envelope) -> None:
    """A supplier's message no longer waits for a person."""
    row = event.model_dump(include={"message_id", "supplier_id", "council", "settled_at"})
    await writing.keep_held_message(connection, row)
