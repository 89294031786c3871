"""Moves single copies of an order, which a person chose, to another supplier: what is refused, and what becomes of each. Pure.

A move is a switch of one order: `domain.switching` has what happens to its copies after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.orders.domain.copies import Copy
from services.orders.domain.open_order import OpenOrder
from services.orders.domain.switching import OPEN, UNSETTLED, OpenCopies, OrderingSwitch, may_begin
from shared.contracts.orders import GIVEN_UP, CopyState
from shared.contracts.switches import SwitchState
from shared.errors import Fault
from shared.ids import new_id
from shared.sourcing.switches.planning import Scope


@dataclass(frozen=True, slots=True)
class MoveCopies:
    """A person's wish to move copies of an order. `expected_version`: that of the order that the person read;
    None: any.

    `cancellation_confirmed`: the first supplier has said that it cancels, or answers no more, so that nothing is asked of it.
    """

    order_id: UUID
    council: str
    copy_ids: tuple[UUID, ...]
    to_supplier: str
    cancellation_confirmed: bool
    expected_version: int | None
    reason: str


class Fate(StrEnum):
    """What becomes of a copy that is moved."""

    AT_ONCE = "at_once"
    ONCE_CANCELLED = "once_cancelled"
    ONCE_ANSWERED = "once_answered"


def fate_of(copy: Copy, wanted: MoveCopies) -> Fate:
    """Returns what becomes of a copy: placed at once, or once its supplier has cancelled, which perhaps it was asked before."""
    if wanted.cancellation_confirmed or copy.state in GIVEN_UP:
        return Fate.AT_ONCE
    return Fate.ONCE_ANSWERED if copy.cancel_requested else Fate.ONCE_CANCELLED


def fate_in_words(fate: Fate, from_supplier: str, to_supplier: str, state: CopyState) -> str:
    """Returns what becomes of a copy, in words."""
    if fate is Fate.AT_ONCE:
        given_up = f", because {from_supplier} has {state} it" if state in GIVEN_UP else f"; nothing is sent to {from_supplier}"
        return f"placed with {to_supplier} at once{given_up}"
    if fate is Fate.ONCE_ANSWERED:
        return f"placed with {to_supplier} once {from_supplier} has cancelled it, which it was asked before"
    return f"{from_supplier} is asked to cancel it; placed with {to_supplier} once that is confirmed"


def as_switch(wanted: MoveCopies, from_supplier: str, *, by: str, today: date, at: datetime) -> OrderingSwitch:
    """Returns the switch that a move is: it runs from the start."""
    return OrderingSwitch(
        switch_id=new_id(),
        council=wanted.council,
        from_supplier=from_supplier,
        to_supplier=wanted.to_supplier,
        scope=Scope(),
        first_day=today,
        open_copies=OpenCopies.MOVE,
        drain_until=None,
        reason=wanted.reason,
        state=SwitchState.RUNNING,
        planned_at=at,
        planned_by=by,
        order_id=wanted.order_id,
    )


def suppliers_of(order: OpenOrder, copies: Sequence[Copy]) -> dict[str, list[Copy]]:
    """Returns copies by their supplier."""
    by_supplier: defaultdict[str, list[Copy]] = defaultdict(list)
    for copy in copies:
        by_supplier[order.lines[copy.line_key].supplier_id].append(copy)
    return by_supplier


def move_faults(wanted: MoveCopies, order: OpenOrder, known: Collection[str], taking_none: Mapping[str, str]) -> list[Fault]:
    """Returns what is wrong with a move.

    `known`: the suppliers that can be named; `taking_none`: those of the order that take no cancellations, with their names.
    """
    faults = [] if wanted.to_supplier in known else [_unknown_supplier(wanted.to_supplier)]
    copies = order.copies_by_id()
    for index, copy_id in enumerate(wanted.copy_ids):
        copy = copies.get(copy_id)
        faults += _copy_faults(f"/copy_ids/{index}", wanted, order, copy, taking_none)
    chosen = [copies[copy_id] for copy_id in wanted.copy_ids if copy_id in copies]
    if len(by_supplier := suppliers_of(order, chosen)) > 1:
        text = f"The copies are of several suppliers: {', '.join(sorted(by_supplier))}. Move those of one supplier at a time."
        faults.append(Fault("/copy_ids", "several-suppliers", text))
    return faults


def _unknown_supplier(supplier_id: str) -> Fault:
    return Fault("/to_supplier", "unknown-supplier", f"No supplier {supplier_id!r}; see GET /v1/suppliers.")


def _copy_faults(
    pointer: str, wanted: MoveCopies, order: OpenOrder, copy: Copy | None, taking_none: Mapping[str, str]
) -> Iterator[Fault]:
    if copy is None:
        yield Fault(pointer, "unknown-copy", "The order has no copy with this id.")
        return
    supplier_id, row = order.lines[copy.line_key].supplier_id, order.switched.get(copy.copy_id)
    if supplier_id == wanted.to_supplier:
        yield Fault(pointer, "same-supplier", f"The copy is on order from {supplier_id} already.")
    elif not may_begin(row):
        yield Fault(pointer, "already-moved", "Another copy took the place of this one; move that one.")
    elif row is not None and row.stage in UNSETTLED:
        text = f"The copy is being moved to {row.to_supplier or 'nobody'}: decide with POST /v1/switches/{row.switch_id}/copies."
        yield Fault(pointer, "already-moving", text)
    elif copy.state not in OPEN | GIVEN_UP:
        yield Fault(pointer, "too-late", f"The copy is {copy.state}: its goods come from {supplier_id}.")
    elif supplier_id in taking_none and fate_of(copy, wanted) is Fate.ONCE_CANCELLED:
        text = (
            f"{taking_none[supplier_id]} takes no cancellations from Stockbridge. Ask it by telephone or e-mail; once it has "
            "confirmed, send `cancellation_confirmed`."
        )
        yield Fault(pointer, "supplier-takes-none", text)
