"""Reads events about answers and goods as news. They name orders by id only, so their news may wait for an order's number."""

from __future__ import annotations

from collections.abc import Iterator

from services.lms.domain import bodies
from services.lms.domain.news import News, key_of
from services.lms.domain.reading.stated import Stated
from shared.contracts.delivery import ConsignedCopy, ConsignmentExpected, CopiesReceived, CopyMisdirected, DiscrepancyFound
from shared.contracts.suppliers import CopyReference, OrderResponded, RespondedLine

# Until the order is known.
_NO_NUMBER = ""


def order_responded(event: OrderResponded, stated: Stated) -> Iterator[News]:
    """Yields each line that a supplier answered, with all that its message states of the line."""
    by_line: dict[str, list[RespondedLine]] = {}
    for line in event.lines:
        by_line.setdefault(line.line_key, []).append(line)
    for line_key, lines in by_line.items():
        body = bodies.LineAnswered(
            order_id=event.order_id,
            order_number=_NO_NUMBER,
            line_key=line_key,
            isbn=lines[0].isbn,
            supplier_id=event.supplier_id,
            answers=tuple(map(_answer, lines)),
        )
        key = key_of("line", line_key, "answered", event.message_id)
        yield News(stated.council, key, event.responded_at, body, waits_for=event.order_id)


def _answer(line: RespondedLine) -> bodies.Answer:
    return bodies.Answer(
        action=line.action,
        status_code=line.status_code,
        availability_code=line.availability_code,
        accepted=line.quantities.accepted,
        back_ordered=line.quantities.back_ordered,
        cancelled=line.quantities.cancelled,
        available_on=line.available_on,
        substitute_isbn=line.substitute_isbn,
        copies=tuple(map(_answered_copy, line.copies)),
    )


def _answered_copy(copy: CopyReference) -> bodies.AnsweredCopy:
    stated = None if copy.item is None else copy.item.rotation_plan or None
    return bodies.AnsweredCopy(copy_number=copy.copy_number, branch=copy.branch, sequence=copy.sequence, rotation_plan=stated)


def consignment_expected(event: ConsignmentExpected, stated: Stated) -> Iterator[News]:
    """Yields each copy whose goods are on the way."""
    for copy in event.copies:
        body = bodies.CopyExpected(**_of_goods(event, copy), expected_on=event.expected_on)
        key = key_of("consignment", event.consignment_id, "expected", copy.copy_id)
        yield News(stated.council, key, stated.time, body, waits_for=copy.order_id)


def copies_received(event: CopiesReceived, stated: Stated) -> Iterator[News]:
    """Yields each copy that was scanned in."""
    for copy in event.copies:
        body = bodies.CopyReceived(**_of_goods(event, copy))
        key = key_of("consignment", event.consignment_id, "received", copy.copy_id, event.received_at)
        yield News(stated.council, key, event.received_at, body, waits_for=copy.order_id)


def _of_goods(event: ConsignmentExpected | CopiesReceived, copy: ConsignedCopy) -> dict[str, object]:
    return {
        "order_id": copy.order_id,
        "order_number": _NO_NUMBER,
        "line_key": copy.line_key,
        "isbn": copy.isbn,
        "supplier_id": event.supplier_id,
        "copy_id": copy.copy_id,
        "branch": copy.branch,
        "consignment_id": event.consignment_id,
        "despatch_number": event.despatch_number,
        "place": event.place.code,
        "place_kind": event.place.kind,
        "leg": event.leg,
        "barcode": copy.barcode,
        "sequence": copy.sequence,
        "rotation_plan": copy.rotation_plan,
    }


def discrepancy_found(event: DiscrepancyFound, stated: Stated) -> Iterator[News]:
    """Yields that goods differ from what was advised."""
    difference = bodies.Difference(event.kind)
    yield _found(event, difference, event.consigned_copy, stated, isbn=event.isbn, quantity=event.quantity)


def copy_misdirected(event: CopyMisdirected, stated: Stated) -> Iterator[News]:
    """Yields that goods were advised for another place than planned."""
    copy = event.consigned_copy
    yield _found(event, bodies.Difference.WRONG_PLACE, copy, stated, isbn=copy.isbn, quantity=1)


def _found(
    event: DiscrepancyFound | CopyMisdirected,
    difference: bodies.Difference,
    copy: ConsignedCopy | None,
    stated: Stated,
    *,
    isbn: str,
    quantity: int,
) -> News:
    body = bodies.DiscrepancyFound(
        discrepancy_id=event.discrepancy_id,
        difference=difference,
        consignment_id=event.consignment_id,
        despatch_number=event.despatch_number,
        supplier_id=event.supplier_id,
        isbn=isbn,
        quantity=quantity,
        order_id=None if copy is None else copy.order_id,
        order_number=None if copy is None else _NO_NUMBER,
        line_key=None if copy is None else copy.line_key,
        copy_id=None if copy is None else copy.copy_id,
        deliver_to=event.deliver_to.code if isinstance(event, CopyMisdirected) else None,
        note=event.note,
    )
    waits_for = None if copy is None else copy.order_id
    return News(stated.council, key_of("discrepancy", event.discrepancy_id), event.found_at, body, waits_for=waits_for)
