"""A council asks for copies to be cancelled; they change state when the supplier answers, not before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import outgoing
from services.orders.domain.copies import SETTLED, Copy
from services.orders.domain.open_order import OpenOrder
from services.orders.domain.switching import IfCancelled, SwitchedCopy
from services.orders.store import copies as copy_store
from services.orders.store import suppliers
from services.orders.store.copies import Entry
from services.orders.store.history import CANCELLATION, REQUESTED
from shared.bus import publish
from shared.clock import Clock
from shared.contracts.orders import CopyState
from shared.errors import DomainError, Fault, Kind, no_such


@dataclass(frozen=True, slots=True)
class CancelCopies:
    """A council's request to cancel copies; `expected_version` is the version of the order that it read."""

    order_id: UUID
    council: str
    copy_ids: tuple[UUID, ...]
    expected_version: int
    reason: str


async def request_cancellation(connection: AsyncConnection, wanted: CancelCopies, clock: Clock) -> None:
    """Asks the supplier to cancel copies; they change state when it answers.

    Raises DomainError: no such order (404), stale version (412); copies that are unknown or settled, or whose supplier takes no
    cancellations (422, one fault each).
    """
    order = await copy_store.lock_order(connection, wanted.order_id, wanted.council)
    if order is None:
        raise no_such("order")
    if order.version - 1 != wanted.expected_version:
        raise DomainError("stale-version", "The order changed since you read it; read it again, then decide.", Kind.STALE)
    by_id = {copy.copy_id: copy for copy in order.copies}
    names = await suppliers.names_without_cancellations(connection, {line.supplier_id for line in order.lines.values()})
    closed = {key: names[line.supplier_id] for key, line in order.lines.items() if line.supplier_id in names}
    faults = [fault for i, copy_id in enumerate(wanted.copy_ids) if (fault := _cancel_fault(i, by_id.get(copy_id), closed))]
    if faults:
        raise DomainError("not-cancellable", "Some copies cannot be cancelled; nothing was changed.", Kind.INVALID, faults)
    copies = [by_id[copy_id] for copy_id in dict.fromkeys(wanted.copy_ids)]
    # The council no longer wants these copies: no switch places them again.
    unwanted = [replace(row, if_cancelled=IfCancelled.END) for copy in copies if (row := order.switched.get(copy.copy_id))]
    await ask_to_cancel(connection, order, copies, unwanted, reason=wanted.reason, clock=clock, still_wanted=False)


async def ask_to_cancel(
    connection: AsyncConnection,
    order: OpenOrder,
    copies: Sequence[Copy],
    rows: Iterable[SwitchedCopy],
    *,
    reason: str,
    clock: Clock,
    still_wanted: bool,
) -> None:
    """Marks copies of an order, notes it in the timeline, and publishes the request. `rows`: those of switches, if changed.

    `still_wanted`: the books are to come from another supplier.
    """
    at = clock.now()
    await copy_store.mark_cancel_requested(connection, {copy.copy_id for copy in copies})
    entries = [Entry(key, f"{REQUESTED}{reason}") for key in sorted({copy.line_key for copy in copies})]
    event = outgoing.cancellation_requested(order, copies, reason=reason, at=at, still_wanted=still_wanted)
    writes = copy_store.Writes(switched={row.copy_id: (row, at) for row in rows})
    writes.add(order, [], entries, cause=CANCELLATION, at=at)
    await copy_store.write_changes(connection, writes)
    await publish(connection, [event], clock, version=order.version)


def _cancel_fault(index: int, copy: Copy | None, closed: Mapping[str, str]) -> Fault | None:
    """Returns why a copy cannot be cancelled; None where it can. `closed`: line key -> supplier that takes no cancellations."""
    pointer = f"/copy_ids/{index}"
    if copy is None:
        return Fault(pointer, "unknown-copy", "The order has no copy with this id.")
    if copy.state in SETTLED or copy.state in (CopyState.DESPATCHED, CopyState.AT_HUB):
        return Fault(
            pointer, "too-late", f"The copy is {copy.state}; only copies that are still owed and not despatched can be cancelled."
        )
    if copy.line_key in closed:
        text = (
            f"{closed[copy.line_key]} takes no cancellations from Stockbridge, and the copy stays ordered. Ask the supplier "
            "yourself, by telephone or e-mail: the copy changes when its answer arrives as a message."
        )
        return Fault(pointer, "supplier-takes-none", text)
    if copy.cancel_requested:
        return Fault(pointer, "already-requested", "The supplier was asked before and has not answered yet.")
    return None
