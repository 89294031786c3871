"""Moves copies of closed branches, and those unpacked there, to those that take over, in batches: none of them twice."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.moving import Moved, move_copies, move_places
from services.orders.domain.register import Branch, successor_of
from services.orders.domain.rerouting import Rerouted
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
    for order_id, (moved, unpacked) in (await _moved(connection, council, closed, successor, order_ids, clock)).items():
        orders.move(orders[order_id], moved, unpacked, reason=reason, clock=clock)
    await orders.write()
    await store.note_reached(connection, council, code, max(order_ids))
    return True


async def _moved(
    connection: AsyncConnection, council: str, closed: Branch, successor: Branch, order_ids: list[UUID], clock: Clock
) -> dict[UUID, tuple[list[Moved], list[Rerouted]]]:
    """Returns, by order id, the copies of locked orders that the branch takes over, and those that it only unpacks."""
    found = await store.copies_at(connection, council, closed.code, order_ids)
    routing = await routing_of_today(connection, council, clock)
    mine = [each for each in found if each.copy.branch.code == closed.code]
    others = [each for each in found if each.copy.branch.code != closed.code]
    by_order: defaultdict[UUID, tuple[list[Moved], list[Rerouted]]] = defaultdict(lambda: ([], []))
    for moved in move_copies(successor.place(), mine, *routing):
        by_order[moved.copy.order_id][0].append(moved)
    for unpacked in move_places(successor.place(), others, routing[-1]):
        by_order[unpacked.copy.order_id][1].append(unpacked)
    return dict(by_order)
