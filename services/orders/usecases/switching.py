"""Carries out switches in steps, each in a transaction of its own: a step that was broken off is done again, and none twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.copies import Copy, Target, move
from services.orders.domain.open_order import News, OpenOrder
from services.orders.domain.switching import (
    OPEN,
    IfCancelled,
    OrderingSwitch,
    Stage,
    SwitchedCopy,
    may_begin,
    silent,
)
from services.orders.store import copies as copy_store
from services.orders.store import open_copies, switches
from services.orders.store.copies import Entry
from services.orders.store.switched import add_switched, write_switched
from services.orders.usecases.cancelling import ask_to_cancel
from services.orders.usecases.changing import OpenOrders
from services.orders.usecases.planning import SWITCHES
from services.orders.usecases.sourcing import tell_of_rule
from shared.bus import Cause, set_cause
from shared.clock import Clock
from shared.contracts.orders import GIVEN_UP, CopyState
from shared.contracts.switches import SwitchState
from shared.ids import new_id
from shared.sourcing.rules import Strand
from shared.sourcing.switches import life
from shared.sourcing.switches.life import change_rules, enter, locked

# Orders of one transaction.
BATCH = 100
_COPIES_OF_A_CHANGE = 500
DEATH = "orders.supplier_dead"


async def begin_due(connection: AsyncConnection, clock: Clock) -> bool:
    """Begins one switch whose first day has come: its rules are changed. Returns whether there was one."""

    async def begin(connection: AsyncConnection, planned: OrderingSwitch) -> str:
        return await change_rules(connection, Strand.ORDERING, planned, clock, partial(tell_of_rule, clock=clock))

    return await life.begin_due(connection, SWITCHES, begin, clock)


async def take_open_copies(connection: AsyncConnection, clock: Clock, switch_id: UUID) -> bool:
    """Takes the open copies of the next orders into a running switch: asks for their cancellation, or frees them, as it is to be.

    Returns whether there may be more.
    """
    found = await locked(connection, SWITCHES, switch_id, SwitchState.RUNNING)
    wanted = None if found is None else await open_copies.next_orders(connection, found, limit=BATCH)
    if found is None or wanted is None:
        return False
    if not wanted:
        await switches.end_pass(connection, switch_id, clock.now())
        return True
    take = _free_copies if found.dead else _ask_for_copies
    await take(connection, found, wanted, clock)
    await switches.note_reached(connection, switch_id, max(wanted))
    return True


async def _ask_for_copies(
    connection: AsyncConnection, found: OrderingSwitch, wanted: Mapping[UUID, Collection[UUID]], clock: Clock
) -> None:
    """Takes copies of these orders, by order id, and asks for their cancellation where it is to be."""
    orders = await copy_store.lock_orders(connection, wanted)
    for order_id, order in sorted(orders.items()):
        found_open = [copy for copy in order.copies if copy.copy_id in wanted[order_id] and is_open(copy)]
        copies = [copy for copy in found_open if may_begin(order.switched.get(copy.copy_id))]
        await take_copies(connection, found, order, copies, copies if found.opening[0] is Stage.ASKED else (), clock)


async def take_copies(
    connection: AsyncConnection,
    found: OrderingSwitch,
    order: OpenOrder,
    copies: Sequence[Copy],
    asked: Sequence[Copy],
    clock: Clock,
) -> None:
    """Takes copies of a locked order into a switch. `asked`: those of them whose supplier is asked to cancel them."""
    stage, if_cancelled = found.opening
    await add_switched(connection, order.order_id, [_row(found, copy, stage, if_cancelled) for copy in copies], clock.now())
    if asked:
        placed = if_cancelled is IfCancelled.PLACE
        await ask_to_cancel(connection, order, asked, (), reason=_reason(found), clock=clock, still_wanted=placed)


async def _free_copies(connection: AsyncConnection, found: OrderingSwitch, order_ids: Collection[UUID], clock: Clock) -> None:
    """Frees what a dead supplier owes of these orders: its copies count as cancelled, and what it asked is settled.

    A copy that another one replaced stays with the switch that placed that one.
    """
    orders = await OpenOrders.load(connection, order_ids)
    fates = await open_copies.fates(connection, open_copies.owed_by(found), order_ids)
    reason = f"{found.from_supplier} answers no more: {_reason(found)}"
    for order_id in sorted(order_ids):
        for copies in _in_parts(copy for copy in orders[order_id].copies if copy.copy_id in fates):
            order = orders[order_id]
            new = [copy for copy in copies if may_begin(order.switched.get(copy.copy_id))]
            taken = {copy.copy_id: _row(found, copy, Stage.ASKED, _if_freed(found, fates[copy.copy_id])) for copy in new}
            await add_switched(connection, order_id, taken.values(), clock.now())
            order.switched.update(taken)
            changes = [move(copy, Target(CopyState.CANCELLED, reason)) for copy in copies]
            settled = News(dict.fromkeys((copy.line_key for copy in copies), ""))
            await orders.change(order, changes, [], cause=DEATH, clock=clock, news=settled)
    await orders.write()


def _in_parts(copies: Iterable[Copy]) -> Iterator[list[Copy]]:
    """Yields the copies of an order in parts of whole lines, each a change of its own: the lines placed again fit an event."""
    part: list[Copy] = []
    for _, of_line in groupby(copies, key=attrgetter("line_key")):
        line = list(of_line)
        if part and len(part) + len(line) > _COPIES_OF_A_CHANGE:
            yield part
            part = []
        part += line
    if part:
        yield part


def _if_freed(found: OrderingSwitch, fate: IfCancelled) -> IfCancelled:
    return IfCancelled.END if found.to_supplier is None else fate


def is_open(copy: Copy) -> bool:
    """Returns whether a supplier owes a copy and was not asked to cancel it."""
    return copy.state in OPEN and not copy.cancel_requested


def _row(of: OrderingSwitch, copy: Copy, stage: Stage, if_cancelled: IfCancelled) -> SwitchedCopy:
    return SwitchedCopy(
        of.switch_id, copy.copy_id, copy.line_key, stage, if_cancelled, of.from_supplier, of.to_supplier, of.reason
    )


def _reason(of: OrderingSwitch) -> str:
    return of.reason if of.order_id is not None else f"{of.reason} (switch {of.switch_id})"


async def end_drain(connection: AsyncConnection, clock: Clock, switch_id: UUID) -> bool:
    """Asks for the cancellation of copies that were to drain until a day that has come. Returns whether there may be more."""
    found = await locked(connection, SWITCHES, switch_id, SwitchState.RUNNING)
    if found is None or found.drain_until is None or found.drain_until > clock.today():
        return False
    orders = await copy_store.lock_orders(connection, await switches.orders_at(connection, switch_id, Stage.DRAINS, limit=BATCH))
    for _, order in sorted(orders.items()):
        draining = {row.copy_id: row for row in order.switched.values() if _drains(row, switch_id)}
        copies = [copy for copy in order.copies if copy.copy_id in draining]
        ended = {copy.copy_id: _drained(draining[copy.copy_id], copy) for copy in copies}
        asked = [copy for copy in copies if ended[copy.copy_id].stage is Stage.ASKED]
        if asked:
            rows = ended.values()
            await ask_to_cancel(connection, order, asked, rows, reason=_reason(found), clock=clock, still_wanted=True)
        else:
            await write_switched(connection, [(row, clock.now()) for row in ended.values()])
    return bool(orders)


def _drains(row: SwitchedCopy, switch_id: UUID) -> bool:
    return row.switch_id == switch_id and row.stage is Stage.DRAINS


def _drained(row: SwitchedCopy, copy: Copy) -> SwitchedCopy:
    if is_open(copy):
        return replace(row, stage=Stage.ASKED, if_cancelled=IfCancelled.PLACE)
    return replace(row, stage=Stage.CANCELLED if copy.state in GIVEN_UP else Stage.STAYS)


async def ask_about_silence(connection: AsyncConnection, clock: Clock, answer_days: int) -> bool:
    """Asks a person about copies whose supplier has not answered a request to cancel for days.

    Returns whether there may be more.
    """
    late = await switches.unanswered(connection, clock.now() - timedelta(days=answer_days), limit=BATCH)
    by_order: defaultdict[UUID, list[tuple[UUID, UUID]]] = defaultdict(list)
    for order_id, switch_id, copy_id in late:
        by_order[order_id].append((switch_id, copy_id))
    orders = await OpenOrders.load(connection, by_order)
    for order_id, waiting in sorted(by_order.items()):
        order = orders[order_id]
        rows = [row for pair in waiting if (row := order.switched.get(pair[1])) is not None and row.switch_id == pair[0]]
        set_cause(Cause(correlation_id=str(new_id())))
        entries = [Entry(key, f"no answer to the cancellation for {answer_days} days") for key in _lines(rows)]
        orders.restage(order, [silent(row) for row in rows], entries, cause=SWITCHES.cause, clock=clock)
    await orders.write()
    return bool(late)


def _lines(rows: Iterable[SwitchedCopy]) -> list[str]:
    return sorted({row.line_key for row in rows})


async def finish(connection: AsyncConnection, clock: Clock, switch_id: UUID) -> None:
    """Ends a running switch of which nothing is open any more."""
    found = await locked(connection, SWITCHES, switch_id, SwitchState.RUNNING)
    if found is not None and await switches.is_settled(connection, switch_id):
        await enter(connection, SWITCHES, found, SwitchState.DONE, "nothing of it is open", clock)
