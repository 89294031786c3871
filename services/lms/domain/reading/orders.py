"""Reads the order book's events about orders, lines and copies as news."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from services.lms.domain import bodies
from services.lms.domain.news import Attention, News, key_of
from services.lms.domain.reading.stated import Stated
from shared.contracts.decisions import LinesDecided
from shared.contracts.enquiries import EnquiryRequested
from shared.contracts.orders import (
    CancellationRequested,
    CopyProgress,
    CopyState,
    LineProgressed,
    LinesAdded,
    OrderPlaced,
    RouteChanged,
)


def order_placed(event: OrderPlaced, stated: Stated) -> Iterator[News]:
    """Yields that an order was placed."""
    body = bodies.OrderPlaced(
        order_id=event.order_id,
        order_number=event.order_number,
        lines=len(event.lines),
        copies=sum(len(line.copies) for line in event.lines),
        rush=event.rush,
    )
    yield News(stated.council, key_of("order", event.order_id, "placed"), event.placed_at, body, stated.version)


def lines_added(event: LinesAdded, stated: Stated) -> Iterator[News]:
    """Yields each line that was added."""
    for line in event.lines:
        body = bodies.LineAdded(
            order_id=event.order_id,
            order_number=event.order_number,
            line_key=line.line_key,
            isbn=line.isbn,
            supplier_id=line.supplier_id,
            copy_ids=tuple(copy.copy_id for copy in line.copies),
            replaces=line.replaces,
            reason=event.reason,
        )
        yield News(stated.council, key_of("line", line.line_key, "added"), event.added_at, body, stated.version)


def line_progressed(event: LineProgressed, stated: Stated) -> Iterator[News]:
    """Yields what happened to each copy of a line, and what a person must decide about it now."""
    for copy in event.copies:
        yield from _repeated(event, copy, stated) if stated.again else _moved(event, copy, stated)
    if event.attention is not None:
        yield _attention(event, event.attention, stated)


def _moved(event: LineProgressed, copy: CopyProgress, stated: Stated) -> Iterator[News]:
    if copy.from_state is copy.to_state:
        yield _changed(event, copy, stated)
    else:
        yield _arrived(event, copy, copy.from_state, stated)


def _repeated(event: LineProgressed, copy: CopyProgress, stated: Stated) -> Iterator[News]:
    """Yields what an event that was published again states of a copy: when it first came to each state, and its last news.

    It does not state whether the last news was a move, to a state where the copy was before, or a day or barcode.
    """
    reached = sorted(copy.reached, key=lambda one: one.at)
    earlier = [one for one in reached if (one.state, one.at) != (copy.to_state, event.progressed_at)]
    for one in earlier:
        body = bodies.CopyMoved(
            **_of_copy(event, copy), from_state=None, state=one.state, expected_on=None, barcode=None, reason=""
        )
        yield News(stated.council, _move_key(copy, one.state, one.at), one.at, body)
    before = earlier[-1].state if earlier else CopyState.ORDERED
    if before is copy.to_state:
        yield replace(_changed(event, copy, stated), unless=_move_key(copy, copy.to_state, event.progressed_at))
    else:
        yield replace(_arrived(event, copy, None, stated), unless=_change_key(copy, stated))


def _arrived(event: LineProgressed, copy: CopyProgress, before: CopyState | None, stated: Stated) -> News:
    body = bodies.CopyMoved(
        **_of_copy(event, copy),
        from_state=before,
        state=copy.to_state,
        expected_on=copy.expected_on,
        barcode=copy.barcode,
        reason=copy.reason,
    )
    key = _move_key(copy, copy.to_state, event.progressed_at)
    return News(stated.council, key, event.progressed_at, body, stated.version)


def _changed(event: LineProgressed, copy: CopyProgress, stated: Stated) -> News:
    body = bodies.CopyChanged(
        **_of_copy(event, copy),
        state=copy.to_state,
        expected_on=copy.expected_on,
        barcode=copy.barcode,
        reason=copy.reason,
    )
    return News(stated.council, _change_key(copy, stated), event.progressed_at, body, stated.version)


def _move_key(copy: CopyProgress, state: CopyState, at: datetime) -> str:
    return key_of("copy", copy.copy_id, state, at)


def _change_key(copy: CopyProgress, stated: Stated) -> str:
    return key_of("copy", copy.copy_id, "changed", stated.version)


def _of_copy(event: LineProgressed, copy: CopyProgress) -> dict[str, object]:
    marks = {"branch": copy.branch, "sequence": copy.sequence, "rotation_plan": copy.rotation_plan}
    return {**_of_line(event), "copy_id": copy.copy_id, **marks}


def _of_line(event: LineProgressed) -> dict[str, object]:
    return {
        "order_id": event.order_id,
        "order_number": event.order_number,
        "line_key": event.line_key,
        "isbn": event.isbn,
        "supplier_id": event.supplier_id,
    }


def _attention(event: LineProgressed, words: str, stated: Stated) -> News:
    of_line = _of_line(event)
    body = bodies.DecisionNeeded(**of_line, attention=words) if words else bodies.DecisionClosed(**of_line)
    attention = Attention(event.line_key, words, stated.version)
    key = key_of("line", event.line_key, "attention", event.progressed_at, words)
    return News(stated.council, key, event.progressed_at, body, stated.version, attention=attention)


def route_changed(event: RouteChanged, stated: Stated) -> Iterator[News]:
    """Yields each copy that is to be unpacked elsewhere, and each that is for another branch."""
    yield from _redirected(event, stated)
    told = {copy_id for line in event.moved for copy_id in line.copy_ids}
    for line in (*event.unpacked, *event.lines):
        rerouted = [copy_id for copy_id in line.copy_ids if copy_id not in told]
        told.update(rerouted)
        for copy_id in rerouted:
            body = bodies.CopyRerouted(
                order_id=event.order_id,
                order_number=event.order_number,
                line_key=line.line_key,
                supplier_id=line.supplier_id,
                copy_id=copy_id,
                deliver_to=line.deliver_to.code,
                deliver_to_kind=line.deliver_to.kind,
                reason=event.reason,
            )
            key = key_of("copy", copy_id, "rerouted", stated.version)
            yield News(stated.council, key, event.changed_at, body, stated.version)


def _redirected(event: RouteChanged, stated: Stated) -> Iterator[News]:
    for line in event.moved:
        for copy_id in line.copy_ids:
            body = bodies.CopyRedirected(
                order_id=event.order_id,
                order_number=event.order_number,
                line_key=line.line_key,
                supplier_id=line.supplier_id,
                copy_id=copy_id,
                branch=line.branch.code,
                former_branch=line.former[-1].code,
                deliver_to=None if line.deliver_to is None else line.deliver_to.code,
                reason=event.reason,
            )
            key = key_of("copy", copy_id, "redirected", stated.version)
            yield News(stated.council, key, event.changed_at, body, stated.version)


def cancellation_requested(event: CancellationRequested, stated: Stated) -> Iterator[News]:
    """Yields each line of which copies are to be cancelled."""
    for line in event.lines:
        body = bodies.CancellationRequested(
            order_id=event.order_id,
            order_number=event.order_number,
            line_key=line.line_key,
            supplier_id=line.supplier_id,
            copy_ids=line.copy_ids,
            reason=event.reason,
        )
        key = key_of("line", line.line_key, "cancellation", event.requested_at)
        yield News(stated.council, key, event.requested_at, body, stated.version)


def enquiry_requested(event: EnquiryRequested, stated: Stated) -> Iterator[News]:
    """Yields each line about which the supplier is asked."""
    for line in event.lines:
        body = bodies.EnquirySent(
            order_id=event.order_id,
            order_number=event.order_number,
            line_key=line.line_key,
            supplier_id=event.supplier_id,
            enquiry_id=event.enquiry_id,
            copy_ids=line.copy_ids,
            about=event.kind,
            attempt=event.attempt,
            wrong=line.wrong,
        )
        key = key_of("line", line.line_key, "enquiry", event.enquiry_id, event.attempt)
        yield News(stated.council, key, event.requested_at, body, stated.version)


def lines_decided(event: LinesDecided, stated: Stated) -> Iterator[News]:
    """Yields each line about which a person decided."""
    for line_key in event.line_keys:
        body = bodies.DecisionTaken(
            order_id=event.order_id, order_number=event.order_number, line_key=line_key, decision=event.decision
        )
        key = key_of("line", line_key, "decided", event.decided_at, event.decision)
        yield News(stated.council, key, event.decided_at, body, stated.version)
