"""Builds contract events from the facts of delivery. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from services.delivery.domain.goods import (
    Discrepancy,
    DiscrepancyKind,
    Expected,
    ExpectedCopy,
    Fact,
    Found,
    Item,
    Received,
)
from services.delivery.domain.switching import RouteSwitch
from shared.contracts import delivery as contract
from shared.contracts.base import Event
from shared.contracts.delivery import (
    ConsignedCopy,
    ConsignmentExpected,
    CopiesReceived,
    CopyMisdirected,
    DeliveryRuleChanged,
    DeliverySwitchChanged,
    DiscrepancyFound,
)
from shared.sourcing.routes import RouteRule
from shared.sourcing.switches.life import switch_event
from shared.sourcing.switches.store import Entered
from shared.sourcing.trials import rule_event

# Keeps every event far below a Kafka record's size, however large the consignment.
_COPIES_PER_EVENT = 1_000


def rule_changed(rule: RouteRule) -> DeliveryRuleChanged:
    """Returns the event of a delivery rule that is new or was ended."""
    own = {"route": rule.route, "hub": rule.hub, "reason": rule.reason, "open_copies_follow": rule.open_copies_follow}
    return rule_event(DeliveryRuleChanged, rule, **own)


def switch_changed(switch: RouteSwitch, entered: Entered) -> DeliverySwitchChanged:
    """Returns the event of a switch that came to its state."""
    own = {"open_copies": switch.open_copies.value, "route": switch.route.kind, "hub": switch.hub}
    return switch_event(DeliverySwitchChanged, switch, entered, **own)


def events_of(facts: Iterable[Fact]) -> Iterator[Event]:
    """Yields the events of facts, in order; none for a fact that concerns no ordered copy."""
    for fact in facts:
        yield from _events(fact)


def _events(fact: Fact) -> Iterator[Event]:
    match fact:
        case Expected(_, items):
            # Items that are published again may have been received since; faults are news of their receipt.
            for copies in _in_parts([replace(item, servicing=()) for item in items]):
                yield _expected(fact, copies)
        case Received(_, items, _):
            for copies in _in_parts(items):
                yield _received(fact, copies)
        case Found(discrepancy=Discrepancy(kind=DiscrepancyKind.WRONG_PLACE)):
            yield _misdirected(fact)
        case Found(discrepancy=Discrepancy(kind=DiscrepancyKind.SERVICING)):
            # It was published with the copy that was received.
            return
        case Found():
            yield _found(fact)


def _expected(fact: Expected, copies: tuple[ConsignedCopy, ...]) -> ConsignmentExpected:
    consignment = fact.consignment
    return ConsignmentExpected(
        council=consignment.council,
        consignment_id=consignment.consignment_id,
        supplier_id=consignment.supplier_id,
        despatch_number=consignment.despatch_number,
        place=consignment.place,
        leg=consignment.leg,
        expected_on=consignment.expected_on,
        copies=copies,
        instead_of=fact.instead_of,
    )


def _received(fact: Received, copies: tuple[ConsignedCopy, ...]) -> CopiesReceived:
    consignment = fact.consignment
    return CopiesReceived(
        council=consignment.council,
        consignment_id=consignment.consignment_id,
        supplier_id=consignment.supplier_id,
        despatch_number=consignment.despatch_number,
        place=consignment.place,
        leg=consignment.leg,
        received_at=fact.received_at,
        copies=copies,
    )


def _found(fact: Found) -> DiscrepancyFound:
    consignment, what = fact.consignment, fact.discrepancy
    return DiscrepancyFound(
        council=consignment.council,
        discrepancy_id=fact.discrepancy_id,
        consignment_id=consignment.consignment_id,
        supplier_id=consignment.supplier_id,
        despatch_number=consignment.despatch_number,
        kind=contract.DiscrepancyKind(what.kind),
        isbn=what.isbn,
        quantity=what.quantity,
        consigned_copy=None if what.copy is None else _consigned(what.copy, isbn=what.isbn, barcode=what.barcode),
        note=what.note,
        found_at=fact.found_at,
    )


def _misdirected(fact: Found) -> CopyMisdirected:
    consignment, what = fact.consignment, fact.discrepancy
    copy = what.copy
    assert copy is not None, "only the goods of a copy can be at the wrong place"
    assert copy.deliver_to is not None, "only where a rule or the council said so"
    return CopyMisdirected(
        council=consignment.council,
        discrepancy_id=fact.discrepancy_id,
        consignment_id=consignment.consignment_id,
        supplier_id=consignment.supplier_id,
        despatch_number=consignment.despatch_number,
        place=consignment.place,
        deliver_to=copy.deliver_to,
        consigned_copy=_consigned(copy, isbn=what.isbn, barcode=what.barcode),
        note=what.note,
        found_at=fact.found_at,
    )


def _in_parts(items: Sequence[Item]) -> Iterator[tuple[ConsignedCopy, ...]]:
    copies = [
        _consigned(item.copy, isbn=item.isbn, barcode=item.barcode, parcel_id=item.parcel_id, item=item)
        for item in items
        if item.copy is not None
    ]
    for start in range(0, len(copies), _COPIES_PER_EVENT):
        yield tuple(copies[start : start + _COPIES_PER_EVENT])


def _consigned(
    copy: ExpectedCopy, *, isbn: str, barcode: str | None, parcel_id: str = "", item: Item | None = None
) -> ConsignedCopy:
    return ConsignedCopy(
        copy_id=copy.copy_id,
        order_id=copy.order_id,
        line_key=copy.line_key,
        isbn=isbn,
        branch=copy.branch.code,
        barcode=barcode,
        parcel_id=parcel_id,
        route_trial=copy.route_trial,
        sequence=copy.sequence,
        rotation_plan=copy.rotation_plan if item is None else item.goes_on,
        stated=None if item is None else item.stated,
        servicing=() if item is None else item.servicing,
    )
