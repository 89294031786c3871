"""A person decides about copies of a switch whose first supplier did not answer, or answered otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.copies import Copy, Target, move
from services.orders.domain.open_order import OpenOrder
from services.orders.domain.planning import Decision
from services.orders.domain.switching import IfCancelled, Stage, SwitchedCopy
from services.orders.store import switches
from services.orders.store.copies import Entry
from services.orders.usecases.changing import OpenOrders
from shared.clock import Clock
from shared.contracts.orders import GIVEN_UP, SUPPLIED, CopyState
from shared.errors import DomainError, Fault, Kind, no_such
from shared.sourcing.switches.life import ASKED


@dataclass(frozen=True, slots=True)
class DecideCopies:
    """A person's decision about copies of a switch."""

    switch_id: UUID
    council: str
    copy_ids: tuple[UUID, ...]
    decision: Decision
    reason: str


async def decide_copies(connection: AsyncConnection, wanted: DecideCopies, clock: Clock) -> None:
    """Places copies with the second supplier without the first one's answer, or leaves them where they are.

    A copy that is placed counts as cancelled at the first supplier. Should its goods come all the same, they are received, and
    the second supplier is asked to cancel.

    Raises DomainError: no such switch (404); copies that are unknown or settled (422, one fault each).
    """
    if await switches.SWITCHES.get(connection, wanted.switch_id, wanted.council) is None:
        raise no_such("switch")
    order_of = await switches.orders_of_copies(connection, wanted.switch_id, wanted.copy_ids)
    orders = await OpenOrders.load(connection, set(order_of.values()))
    faults = [
        fault
        for index, copy_id in enumerate(wanted.copy_ids)
        if (fault := _fault(index, wanted, orders[order_of[copy_id]] if copy_id in order_of else None))
    ]
    if faults:
        raise DomainError("not-decidable", "Some copies cannot be decided about; nothing was changed.", Kind.INVALID, faults)
    for order_id in sorted(set(order_of.values())):
        await _decide(orders, orders[order_id], wanted, clock)
    await orders.write()


def _fault(index: int, wanted: DecideCopies, order: OpenOrder | None) -> Fault | None:
    pointer, copy_id = f"/copy_ids/{index}", wanted.copy_ids[index]
    row = None if order is None else order.switched.get(copy_id)
    if order is None or row is None or row.switch_id != wanted.switch_id:
        return Fault(pointer, "unknown-copy", "The switch has no such copy, or a later switch has it; see GET .../copies.")
    copy = order.copies_by_id()[copy_id]
    places = wanted.decision is Decision.PLACE_ANEW
    open_to = {Stage.ASKED, Stage.ASKS, Stage.STAYS} if places else {Stage.ASKED, Stage.ASKS}
    if row.stage not in open_to:
        return Fault(pointer, "not-asking", f"The copy is {row.stage}: there is nothing to decide.")
    if places and copy.state in SUPPLIED:
        return Fault(pointer, "goods-sent", f"The copy is {copy.state}: its goods come from {row.from_supplier}.")
    if places and row.to_supplier is None:
        return Fault(pointer, "supplier-missing", "The switch names no supplier to place it with; order the title again.")
    return None


async def _decide(orders: OpenOrders, order: OpenOrder, wanted: DecideCopies, clock: Clock) -> None:
    chosen = [copy for copy in order.copies if copy.copy_id in wanted.copy_ids]
    entries = [Entry(key, f"{wanted.decision}: {wanted.reason}") for key in sorted({copy.line_key for copy in chosen})]
    if wanted.decision is Decision.LEAVE:
        orders.restage(order, [_left(order.switched[copy.copy_id], copy) for copy in chosen], entries, cause=ASKED, clock=clock)
        return
    for copy in chosen:
        order.switched[copy.copy_id] = replace(order.switched[copy.copy_id], if_cancelled=IfCancelled.NOW)
    changes = [move(copy, Target(_freed(copy), wanted.reason)) for copy in chosen]
    await orders.change(order, changes, entries, cause=ASKED, clock=clock)


def _left(row: SwitchedCopy, copy: Copy) -> SwitchedCopy:
    """Returns a copy that is left as it is. Should its supplier cancel it later, a person is asked again."""
    return replace(row, stage=Stage.CANCELLED if copy.state in GIVEN_UP else Stage.STAYS, if_cancelled=IfCancelled.ASK)


def _freed(copy: Copy) -> CopyState:
    return copy.state if copy.state in GIVEN_UP else CopyState.CANCELLED
