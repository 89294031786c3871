"""Rules that must hold for a system at rest, whatever failed before. Pure: facts in, findings out.

Every rule compares at least two independent sources: the LMS, the suppliers' own records, a service's tables, its
outbox, or the tables of another service.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from local.lms.orders import CopyKey
from shared.contracts.base import COMPACTED
from shared.contracts.delivery import ConsignmentExpected, CopiesReceived, DiscrepancyFound
from shared.contracts.orders import LineProgressed, LinesAdded, OrderPlaced
from shared.contracts.registry import EVENTS
from shared.contracts.suppliers import OrderSent
from tests.faults import switched, told
from tests.faults.facts import BookedInvoice, Facts, OutboxEvent

T = TypeVar("T", bound=Hashable)

_MOVING = frozenset({"ordered", "sent", "accepted", "despatched", "at_hub"})
_ARRIVED = frozenset({"received", "damaged", "missing"})
_UNSETTLED = frozenset({"queued", "sending", "unknown", "received", "quarantined"})
_AT_SUPPLIER = frozenset({"sent", "answered"})
_ORDER = "order"
_MATCHED, _QUERIED, _NOT_SUPPLIED, _NOTHING_TO_CREDIT = "matched", "queried", "not_supplied", "nothing_to_credit"
_OWED = frozenset({"damaged", "missing"})
# The only supplier that sends invoices.
_BOOKSELLER = "national"
# Delivery does not know suppliers' answers: for it, a copy in any of these states is still expected.
_WITHOUT_GOODS = frozenset({"ordered", "sent", "accepted", "held", "back_ordered", "refused", "cancelled"})


class Kind(StrEnum):
    """What is wrong."""

    LOST = "lost"
    DOUBLED = "doubled"
    TORN = "torn"
    STUCK = "stuck"
    DISAGREE = "disagree"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that is broken."""

    kind: Kind
    text: str


def check(facts: Facts) -> list[Finding]:
    """Returns everything that is wrong with the facts; empty if nothing is."""
    rules: list[tuple[Kind, Callable[[Facts], Iterator[str]]]] = [
        (Kind.LOST, _lost_orders),
        (Kind.LOST, _lost_goods),
        (Kind.LOST, switched.lost_copies),
        (Kind.LOST, _lost_charges),
        (Kind.LOST, _lost_events),
        (Kind.LOST, told.untold_changes),
        (Kind.DOUBLED, _doubled_orders),
        (Kind.DOUBLED, switched.doubled_copies),
        (Kind.DOUBLED, switched.moved_too_early),
        (Kind.DOUBLED, _doubled_charges),
        (Kind.DOUBLED, _doubled_effects),
        (Kind.DOUBLED, told.changes_told_twice),
        (Kind.TORN, _torn_orders),
        (Kind.TORN, switched.torn_copies),
        (Kind.TORN, _torn_deliveries),
        (Kind.TORN, _torn_messages),
        (Kind.STUCK, _stuck),
        (Kind.STUCK, switched.unsettled_copies),
        (Kind.STUCK, _stuck_invoices),
        (Kind.DISAGREE, _disagreeing),
        (Kind.DISAGREE, told.changes_out_of_order),
    ]
    return [Finding(kind, text) for kind, rule in rules for text in rule(facts)]


def _lost_orders(facts: Facts) -> Iterator[str]:
    booked = {order.number for order in facts.orders}
    for number in sorted(facts.accepted - booked):
        yield f"order {number} was answered 201 and is not in the order book"
    taken = {(taking.supplier, key) for taking in facts.takings for key in taking.line_keys}
    lines = {(copy.supplier, copy.line_key) for copy in facts.copies}
    for supplier, key in sorted(lines - taken):
        yield f"line {key} never reached {supplier}"


def _lost_goods(facts: Facts) -> Iterator[str]:
    copies = {(copy.line_key, copy.copy_number): copy for copy in facts.copies}
    for line_key, number in sorted(facts.shipped):
        copy = copies.get((line_key, number))
        if copy is None:
            yield f"copy {number} of line {line_key} was sent by its supplier and is not in the order book"
        elif copy.state not in _ARRIVED:
            yield f"copy {copy.key} was sent by {copy.supplier}, and the order book says {copy.state}"
    # Copies that a switch placed instead of each other have one key.
    states: dict[CopyKey, list[str]] = {}
    for copy in facts.copies:
        states.setdefault(copy.key, []).append(copy.state)
    for key, state in sorted(facts.scanned.items()):
        booked = states.get(key, ["nothing"])
        if state not in booked:
            yield f"copy {key} was scanned by the LMS as {state}, and the order book says {' and '.join(booked)}"


def _lost_charges(facts: Facts) -> Iterator[str]:
    booked = {invoice.number for invoice in facts.invoices}
    for number in sorted(facts.invoiced - booked):
        yield f"invoice {number} was sent and is not in the order book"
    charged = {charge.copy_id for charge in facts.charges}
    asked = {key for invoice in _for_a_person(facts) for key in invoice.line_keys}
    for copy in facts.copies if facts.invoiced else ():
        sent = copy.supplier == _BOOKSELLER and (copy.line_key, copy.copy_number) in facts.shipped
        if sent and copy.copy_id not in charged and copy.line_key not in asked:
            yield f"copy {copy.key} was sent and invoiced, and never charged"


def _lost_events(facts: Facts) -> Iterator[str]:
    consumers = {event.event_type: event.consumers for event in EVENTS}
    for event in _not_compacted_away(facts.events):
        listening = [name for name in facts.handled if name.split("-")[0] in consumers.get(event.type, ())]
        for consumer in listening:
            if event.event_id not in facts.handled[consumer]:
                yield f"{event.type} {event.event_id} of {event.service} was never handled by {consumer}"


def _not_compacted_away(events: Iterable[OutboxEvent]) -> list[OutboxEvent]:
    """Returns the events still on the topics: a compacted topic keeps only the last event of a key."""
    kept: dict[Hashable, OutboxEvent] = {}
    for event in events:
        kept[(event.topic, event.key) if event.topic in COMPACTED else event.event_id] = event
    return list(kept.values())


def _doubled_orders(facts: Facts) -> Iterator[str]:
    for number in _twice(order.number for order in facts.orders):
        yield f"order {number} is in the order book twice"
    for key in _twice(key for taking in facts.takings for key in taking.line_keys):
        takers = ", ".join(f"{taking.supplier} ({taking.request})" for taking in facts.takings if key in taking.line_keys)
        yield f"line {key} was taken more than once: {takers}"
    # Lines that are added to an order are a message of their own.
    placed = Counter(
        (supplier, str(event.data["order_id"]))
        for event in (*_of(facts, OrderPlaced.event_type), *_of(facts, LinesAdded.event_type))
        for supplier in {line["supplier_id"] for line in event.data["lines"]}
    )
    written = Counter((one.supplier, order_id) for one in facts.messages if one.kind == _ORDER for order_id in one.order_ids)
    for (supplier, order_id), times in written.items():
        if times > placed[supplier, order_id]:
            yield f"order {order_id} was written to {supplier} {times} times, and placed {placed[supplier, order_id]} times"


def _doubled_charges(facts: Facts) -> Iterator[str]:
    for number in _twice(invoice.number for invoice in facts.invoices):
        yield f"invoice {number} is in the order book twice"
    for copy_id in _twice(charge.copy_id for charge in facts.charges if charge.stands):
        yield f"copy {copy_id} is charged twice"


def _doubled_effects(facts: Facts) -> Iterator[str]:
    for event_id, order_id in _twice((one.event_id, one.order_id) for one in facts.applications):
        yield f"event {event_id} was applied to order {order_id} twice"
    for copy_id in _twice(move.copy_id for move in facts.moves if move.to_state == "received" != move.from_state):
        yield f"copy {copy_id} was received twice in the order book"
    arrived = [goods for goods in facts.goods if goods.state == "received" and goods.leg != "to_hub"]
    for copy_id in _twice(goods.copy_id for goods in arrived if goods.copy_id is not None):
        yield f"copy {copy_id} was received twice in delivery"
    for event_id in _twice(event.event_id for event in facts.events):
        yield f"event {event_id} is in an outbox twice"


def _torn_orders(facts: Facts) -> Iterator[str]:
    placed = Counter(str(event.data["order_id"]) for event in _of(facts, OrderPlaced.event_type))
    yield from _differing("orders", Counter(order.order_id for order in facts.orders), OrderPlaced.event_type, placed)
    moved = Counter((move.copy_id, move.from_state, move.to_state) for move in facts.moves if move.from_state != move.to_state)
    progressed = Counter(
        (str(copy["copy_id"]), str(copy["from_state"]), str(copy["to_state"]))
        for event in _of(facts, LineProgressed.event_type)
        for copy in event.data["copies"]
    )
    yield from _differing("copies moved", moved, LineProgressed.event_type, progressed)


def _torn_deliveries(facts: Facts) -> Iterator[str]:
    ours = [goods for goods in facts.goods if goods.copy_id is not None]
    consigned = Counter((goods.consignment_id, goods.copy_id) for goods in ours)
    yield from _differing("goods", consigned, ConsignmentExpected.event_type, _copies_in(facts, ConsignmentExpected.event_type))
    received = Counter((goods.consignment_id, goods.copy_id) for goods in ours if goods.state == "received")
    yield from _differing("goods received", received, CopiesReceived.event_type, _copies_in(facts, CopiesReceived.event_type))
    found = Counter(str(event.data["discrepancy_id"]) for event in _of(facts, DiscrepancyFound.event_type))
    yield from _differing("discrepancies", Counter(facts.discrepancies), DiscrepancyFound.event_type, found)


def _copies_in(facts: Facts, event_type: str) -> Counter[tuple[str, str | None]]:
    return Counter(
        (str(event.data["consignment_id"]), str(copy["copy_id"]))
        for event in _of(facts, event_type)
        for copy in event.data["copies"]
    )


def _torn_messages(facts: Facts) -> Iterator[str]:
    orders = [message for message in facts.messages if message.kind == _ORDER and message.state in _AT_SUPPLIER]
    sent = Counter(message.message_id for message in orders)
    published = Counter(str(e.data["message_id"]) for e in _of(facts, OrderSent.event_type) if e.data["outcome"] == "sent")
    yield from _differing("orders sent", sent, OrderSent.event_type, published)


def _for_a_person(facts: Facts) -> frozenset[BookedInvoice]:
    """Returns the invoices that charge a copy that arrived damaged or did not arrive, and the credit notes of them.

    Whether to pay for such a copy is not ours to decide, and until it is decided there is nothing to credit.
    """
    owed = {copy.line_key for copy in facts.copies if copy.state in _OWED}
    queried = [invoice for invoice in facts.invoices if invoice.state == _QUERIED]
    charging = {invoice for invoice in queried if invoice.queries == {_NOT_SUPPLIED} and invoice.line_keys & owed}
    numbers = {invoice.number for invoice in charging}
    crediting = (each for each in queried if each.queries == {_NOTHING_TO_CREDIT} and each.credits_invoice in numbers)
    return frozenset([*charging, *crediting])


def _stuck_invoices(facts: Facts) -> Iterator[str]:
    waiting = _for_a_person(facts)
    for invoice in facts.invoices:
        if invoice.state != _MATCHED and invoice not in waiting:
            yield f"invoice {invoice.number} stays {invoice.state}"


def _stuck(facts: Facts) -> Iterator[str]:
    for copy in facts.copies:
        if copy.state in _MOVING:
            yield f"copy {copy.key} of {copy.supplier} stays {copy.state}"
    for goods in facts.goods:
        if goods.state == "outstanding":
            yield f"something stays outstanding in consignment {goods.consignment_id} ({goods.leg})"
    for event in facts.events:
        if not event.sent:
            yield f"{event.type} {event.event_id} stays in the outbox of {event.service}"
    for message in facts.messages:
        if message.state in _UNSETTLED:
            yield f"{message.kind} message {message.message_id} of {message.supplier} stays {message.state}"
    for letter in facts.dead_letters:
        yield f"a dead letter waits: {letter}"


def _disagreeing(facts: Facts) -> Iterator[str]:
    booked = {copy.copy_id: copy for copy in facts.copies}
    for copy_id, copy in booked.items():
        shown, goods = facts.shown.get(copy_id), facts.whereabouts.get(copy_id)
        if shown != copy.state:
            yield f"copy {copy.key}: {copy.state} in the order book, {shown} on the dashboard"
        if goods != ("expected" if copy.state in _WITHOUT_GOODS else copy.state):
            yield f"copy {copy.key}: {copy.state} in the order book, {goods} in delivery"
    for place, copies in (("the dashboard", facts.shown), ("delivery", facts.whereabouts)):
        for copy_id in sorted(copies.keys() - booked.keys()):
            yield f"copy {copy_id} is known to {place} and not to the order book"


def _of(facts: Facts, event_type: str) -> list[OutboxEvent]:
    return [event for event in facts.events if event.type == event_type]


def _twice(items: Iterable[T]) -> list[T]:
    return [item for item, number in Counter(items).items() if number > 1]


def _differing(what: str, kept: Counter[T], event_type: str, published: Counter[T]) -> Iterator[str]:
    for item in kept - published:
        yield f"{what}: {item} was written, but not published as {event_type}"
    for item in published - kept:
        yield f"{what}: {item} was published as {event_type}, but not written"
