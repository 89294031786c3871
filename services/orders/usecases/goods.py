"""Goods move copies: on the way, at the hub, received, missing or damaged."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.copies import Wish, move
from services.orders.domain.invoices.matching import Terms
from services.orders.store.copies import Entry
from services.orders.usecases.changing import finish_change, open_order
from services.orders.usecases.invoices import rematch_waiting
from shared.clock import Clock
from shared.contracts.delivery import ConsignmentExpected, CopiesReceived, DiscrepancyFound, DiscrepancyKind, Leg
from shared.contracts.orders import CopyState
from shared.messaging.envelope import Envelope


async def expect_copies(
    connection: AsyncConnection, event: ConsignmentExpected, envelope: Envelope, *, clock: Clock, terms: Terms
) -> None:
    """Goods are on the way: their copies are despatched, or travel on from the hub."""
    wishes = {
        copy.copy_id: (copy.order_id, Wish(CopyState.DESPATCHED, _goods_note(event), event.expected_on, copy.barcode))
        for copy in event.copies
    }
    if event.leg is Leg.FROM_HUB:
        await _note_onward(connection, event, envelope, clock)
        return
    await _apply_goods(connection, wishes, envelope, clock)
    await rematch_waiting(connection, {copy.line_key for copy in event.copies}, cause=envelope.type, clock=clock, terms=terms)


async def _note_onward(connection: AsyncConnection, event: ConsignmentExpected, envelope: Envelope, clock: Clock) -> None:
    """The van run changes no state, a copy is at the hub until its branch has it; but the timeline tells of it."""
    lines: dict[UUID, set[str]] = {}
    for copy in event.copies:
        lines.setdefault(copy.order_id, set()).add(copy.line_key)
    for order_id, keys in sorted(lines.items()):
        order = await open_order(connection, order_id)
        entries = [Entry(key, _goods_note(event)) for key in sorted(keys)]
        await finish_change(connection, order, [], entries, cause=envelope.type, clock=clock)


def _goods_note(event: ConsignmentExpected) -> str:
    return f"despatch {event.despatch_number} to {event.place.code} ({event.leg})"


async def receive_copies(
    connection: AsyncConnection, event: CopiesReceived, envelope: Envelope, *, clock: Clock, terms: Terms
) -> None:
    """A place scanned copies: those at the hub wait for the van, those at a branch have arrived; invoices may wait for them."""
    state = CopyState.AT_HUB if event.leg is Leg.TO_HUB else CopyState.RECEIVED
    reason = f"scanned at {event.place.code}"
    wishes = {copy.copy_id: (copy.order_id, Wish(state, reason, None, copy.barcode)) for copy in event.copies}
    await _apply_goods(connection, wishes, envelope, clock)
    await rematch_waiting(connection, {copy.line_key for copy in event.copies}, cause=envelope.type, clock=clock, terms=terms)


_REOPENING = {DiscrepancyKind.SHORT: CopyState.MISSING, DiscrepancyKind.DAMAGED: CopyState.DAMAGED}


async def reopen_copy(connection: AsyncConnection, event: DiscrepancyFound, envelope: Envelope, *, clock: Clock) -> None:
    """A copy went missing or came damaged: it is owed again. Surplus and wrong goods concern no copy of ours."""
    copy, state = event.consigned_copy, _REOPENING.get(event.kind)
    if copy is None or state is None:
        return
    wish = Wish(state, f"{event.kind} in despatch {event.despatch_number}; {event.note}".rstrip("; "))
    await _apply_goods(connection, {copy.copy_id: (copy.order_id, wish)}, envelope, clock)


async def _apply_goods(
    connection: AsyncConnection, wishes: dict[UUID, tuple[UUID, Wish]], envelope: Envelope, clock: Clock
) -> None:
    """Move copies of one or several orders; orders are locked in id order, so that two deliveries never deadlock."""
    for order_id in sorted({order_id for order_id, _ in wishes.values()}):
        order = await open_order(connection, order_id)
        changes = [move(copy, wishes[copy.copy_id][1]) for copy in order.copies if copy.copy_id in wishes]
        await finish_change(connection, order, changes, [], cause=envelope.type, clock=clock)
