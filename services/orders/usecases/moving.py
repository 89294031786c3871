"""Moves open copies of closed branches to those that take over, in batches: one that was broken off is done again, none twice."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.moving import Moved, move_copies
from services.orders.domain.register import Branch, successor_of
from services.orders.store import moving as store
from services.orders.store import register
from services.orders.usecases.changing import OpenOrders
from services.orders.usecases.rerouting import BATCH, COPIES, routing_of_today
from shared.bus import Cause, set_cause
from shared.clock import Clock


async def move_branch(connection: AsyncConnection, clock: Clock, council: str, code: str) -> bool:
    """Moves the copies of the next orders that a closed branch waits for. Returns whether there may be more in this pass."""
    locked = await store.lock_branch(connection, council, code, clock.today(), clock.now())
    if locked is None:
        return False
    known = {branch.code: branch for branch in await register.list_branches(connection, council)}
    successor = successor_of(code, known, clock.today())
    order_ids = await store.orders_at(connection, council, code, locked.reached, limit=BATCH, copies=COPIES)
    if successor is None or not order_ids:
        await store.end_pass(connection, council, code, clock.now())
        return False
    closed = known[code]
    set_cause(Cause(correlation_id=f"branches/{council}/{code}"))
    reason = f"{code} is closed from {closed.closed_from} on, and {successor.code} takes over"
    orders = await OpenOrders.load(connection, order_ids)
    for order_id, moved in (await _moved(connection, council, closed, successor, order_ids, clock)).items():
        orders.move(orders[order_id], moved, reason=reason, clock=clock)
    await orders.write()
    await store.note_reached(connection, council, code, max(order_ids))
    return True


async def _moved(
    connection: AsyncConnection, council: str, closed: Branch, successor: Branch, order_ids: list[UUID], clock: Clock
) -> dict[UUID, list[Moved]]:
    """Returns the copies of locked orders that go to the branch that takes over, by order id."""
    found = await store.copies_at(connection, council, closed.code, order_ids)
    moved: defaultdict[UUID, list[Moved]] = defaultdict(list)
    for each in move_copies(successor.place(), found, *await routing_of_today(connection, council, clock)):
        moved[each.copy.order_id].append(each)
    return dict(moved)
