"""Applies news of goods to copies: on the way, at the hub, received, missing or damaged."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.copies import Change, Target, move
from services.orders.domain.open_order import News
from services.orders.domain.statements import with_stated_data
from services.orders.store.copies import Entry
from services.orders.usecases.changing import finish_change, open_order
from services.orders.usecases.invoices import rematch_waiting
from shared.clock import Clock
from shared.contracts.delivery import ConsignmentExpected, CopiesReceived, DiscrepancyFound, DiscrepancyKind, Leg
from shared.contracts.orders import GIVEN_UP, SUPPLIED, CopyState
from shared.invoicing.matching import Terms
from shared.messaging.envelope import Envelope


async def expect_copies(
    connection: AsyncConnection, event: ConsignmentExpected, envelope: Envelope, *, clock: Clock, terms: Terms
) -> None:
    """Marks copies of goods on the way as despatched. From the hub onwards, only adds to their timelines."""
    targets = {
        copy.copy_id: (
            copy.order_id,
            Target(CopyState.DESPATCHED, _goods_note(event), event.expected_on, copy.barcode, copy.stated),
        )
        for copy in event.copies
    }
    if event.leg is Leg.FROM_HUB:
        await _note_onward(connection, event, envelope, clock)
        return
    await _apply_goods(connection, targets, envelope, clock)
    await rematch_waiting(connection, {copy.line_key for copy in event.copies}, cause=envelope.type, clock=clock, terms=terms)


async def _note_onward(connection: AsyncConnection, event: ConsignmentExpected, envelope: Envelope, clock: Clock) -> None:
    """Adds the van run to the timeline. It changes no state: a copy is at the hub until its branch has scanned it."""
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
    """Marks scanned copies as at the hub or, at a branch, as received; then matches invoices again that waited for them."""
    state = CopyState.AT_HUB if event.leg is Leg.TO_HUB else CopyState.RECEIVED
    reason = f"scanned at {event.place.code}"
    targets = {copy.copy_id: (copy.order_id, Target(state, reason, None, copy.barcode)) for copy in event.copies}
    await _apply_goods(connection, targets, envelope, clock)
    await rematch_waiting(connection, {copy.line_key for copy in event.copies}, cause=envelope.type, clock=clock, terms=terms)


_REOPENING = {DiscrepancyKind.SHORT: CopyState.MISSING, DiscrepancyKind.DAMAGED: CopyState.DAMAGED}


async def reopen_copy(connection: AsyncConnection, event: DiscrepancyFound, envelope: Envelope, *, clock: Clock) -> None:
    """Marks a copy as missing or damaged: the supplier owes it again. Surplus and wrong goods concern no ordered copy."""
    copy, state = event.consigned_copy, _REOPENING.get(event.kind)
    if copy is None or state is None:
        return
    reason = f"{event.kind} in despatch {event.despatch_number}; {event.note}".rstrip("; ")
    target = Target(state, reason, found_at=event.found_at, found_in=event.despatch_number)
    await _apply_goods(connection, {copy.copy_id: (copy.order_id, target)}, envelope, clock)


def _given_up_before(changes: Sequence[Change]) -> dict[str, str]:
    """Returns, per line key, what a person must decide about goods for copies that were cancelled or refused."""
    came = [change for change in changes if change.before.state in GIVEN_UP and change.after.state in SUPPLIED]
    return {
        change.before.line_key: f"Copy {change.before.copy_number} was {change.before.state}, and its goods come all the same: "
        "keep it or send it back; its invoice will be queried."
        for change in came
    }


async def _apply_goods(
    connection: AsyncConnection, targets: dict[UUID, tuple[UUID, Target]], envelope: Envelope, clock: Clock
) -> None:
    """Moves copies of one or several orders. Locks orders in order of id, so that two deliveries never deadlock."""
    for order_id in sorted({order_id for order_id, _ in targets.values()}):
        order = await open_order(connection, order_id)
        moved = (move(copy, targets[copy.copy_id][1]) for copy in order.copies if copy.copy_id in targets)
        changes = [with_stated_data(change) for change in moved]
        news = News(_given_up_before(changes))
        await finish_change(connection, order, changes, [], cause=envelope.type, clock=clock, news=news)
