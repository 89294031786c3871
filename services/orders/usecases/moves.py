"""A person moves copies of an order to another supplier, or sees beforehand what would become of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.copies import Copy
from services.orders.domain.moves import Fate, MoveCopies, as_switch, fate_of, move_faults, suppliers_of
from services.orders.domain.open_order import OpenOrder
from services.orders.domain.planning import Decision
from services.orders.store import copies as copy_store
from services.orders.store import suppliers
from services.orders.store.switches import SWITCHES
from services.orders.usecases.deciding import DecideCopies, decide_copies
from services.orders.usecases.switching import take_copies
from shared.clock import Clock
from shared.errors import DomainError, Kind, no_such
from shared.history import Step
from shared.sourcing.switches.life import ASKED
from shared.sourcing.switches.store import Request


@dataclass(frozen=True, slots=True)
class Movable:
    """Copies of one supplier of an order that can be moved."""

    order: OpenOrder
    from_supplier: str
    copies: Sequence[Copy]


async def movable_copies(connection: AsyncConnection, wanted: MoveCopies) -> Movable:
    """Returns the copies that a move would take, under the lock of their order. Writes nothing.

    Raises DomainError: no such order (404), stale version (412), copies or a supplier that it cannot be (422, one fault each).
    """
    order = await copy_store.lock_order(connection, wanted.order_id, wanted.council)
    if order is None:
        raise no_such("order")
    if wanted.expected_version not in (None, order.version - 1):
        raise DomainError("stale-version", "The order changed since you read it; read it again, then decide.", Kind.STALE)
    known = {row.supplier_id for row in await suppliers.list_suppliers(connection)}
    names = await suppliers.names_without_cancellations(connection, {line.supplier_id for line in order.lines.values()})
    if faults := move_faults(wanted, order, known, names):
        raise DomainError("not-movable", "Some copies cannot be moved there; nothing was changed.", Kind.INVALID, faults)
    copies = [copy for copy in order.copies if copy.copy_id in wanted.copy_ids]
    (from_supplier,) = suppliers_of(order, copies)
    return Movable(order, from_supplier, copies)


async def move_copies_elsewhere(connection: AsyncConnection, wanted: MoveCopies, clock: Clock, *, by: str) -> None:
    """Moves copies to another supplier as a switch of one order would: placed there once the first supplier has cancelled them.

    Those that it gave up, or that it has confirmed to the person, are placed at once. Raises what `movable_copies` does.
    """
    found = await movable_copies(connection, wanted)
    now = clock.now()
    move = as_switch(wanted, found.from_supplier, by=by, today=clock.today(), at=now)
    # The request is recognised by the key of the order's other changes.
    await SWITCHES.add(connection, move, Request(f"move/{move.switch_id}", b""))
    await SWITCHES.add_step(connection, move.switch_id, Step(move.reason, None, move.state.value), cause=ASKED, at=now)
    fates = {copy.copy_id: fate_of(copy, wanted) for copy in found.copies}
    asked = [copy for copy in found.copies if fates[copy.copy_id] is Fate.ONCE_CANCELLED]
    await take_copies(connection, move, found.order, found.copies, asked, clock)
    at_once = tuple(copy_id for copy_id, fate in fates.items() if fate is Fate.AT_ONCE)
    if at_once:
        decided = DecideCopies(move.switch_id, wanted.council, at_once, Decision.PLACE_ANEW, wanted.reason)
        await decide_copies(connection, decided, clock)
