"""When goods arrive: applies a receipt once, moves its copies, and reports discrepancies."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain import receiving
from services.delivery.domain.goods import (
    Consignment,
    ConsignmentMoved,
    ConsignmentState,
    ConsignmentUnknown,
    DiscrepancyKind,
    Expected,
    Fact,
    Found,
    Item,
    ItemState,
    Received,
    goods_state,
    state_of,
)
from services.delivery.domain.receiving import Outcome, Scan
from services.delivery.outgoing import events_of
from services.delivery.store import consignments, copies, receipts
from services.delivery.store.receipts import ReceiptAnswer, ReceivedItem, ReportedDiscrepancy, StoredReceipt
from services.delivery.usecases.goods import add_goods, note
from services.delivery.usecases.records import note_received
from shared.bus import current_cause, publish
from shared.clock import Clock
from shared.contracts.delivery import Leg, despatch_key
from shared.errors import key_reused
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class ReceiptRequest:
    """What a place reports as unpacked. `digest` identifies the content: a repetition has the same, a reused key another."""

    council: str
    consignment_id: UUID
    idempotency_key: str
    digest: str
    scans: tuple[Scan, ...]
    complete: bool
    parcel_id: str | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """The answer to a receipt, and whether it was given before."""

    answer: ReceiptAnswer
    repeated: bool = False


async def receive(connection: AsyncConnection, request: ReceiptRequest, clock: Clock) -> Applied:
    """Applies a receipt, or returns the first answer if it was applied before.

    Locks the despatch and the consignment's row until the transaction ends, so that receipts of one wait for each other.
    Raises ConsignmentUnknown, ConsignmentMoved, ItemUnknown, and DomainError (422) for a key used with another receipt.
    """
    consignment = await _locked(connection, request)
    before = await receipts.find_receipt(connection, request.consignment_id, request.idempotency_key)
    if before is not None:
        if before.digest != request.digest:
            raise key_reused("a receipt of this consignment")
        return Applied(before.answer, repeated=True)
    await copies.lock_copies_in(connection, request.consignment_id)
    items = await consignments.items_of(connection, request.consignment_id)
    await _check_here(connection, consignment, items)
    strays = await receipts.stray_barcodes(connection, request.consignment_id)
    at = clock.now()
    outcome = _settled(
        receiving.receive(items, request.scans, complete=request.complete, strays=strays, parcel_id=request.parcel_id), at
    )
    after = {item.item_id: item for item in items} | {item.item_id: item for item in outcome.changed}
    now = replace(consignment, state=state_of(after.values()), received_at=at)
    found = await _apply(connection, now, outcome, clock, at=at)
    missing = await note_received(connection, now, outcome.changed, at)
    answer = replace(_answer(now, list(after.values()), outcome, found=found, at=at), records_missing=missing)
    await receipts.add_receipt(connection, StoredReceipt(request.idempotency_key, request.digest, answer))
    await note(connection, now, "receipt", detail=_summary(outcome, complete=request.complete), at=clock.now())
    return Applied(answer)


def _settled(outcome: Outcome, at: datetime) -> Outcome:
    """Returns the outcome with who settled its items, and when."""
    by = current_cause().actor
    return replace(outcome, changed=tuple(replace(item, settled_at=at, settled_by=by) for item in outcome.changed))


async def _locked(connection: AsyncConnection, request: ReceiptRequest) -> Consignment:
    found = await consignments.find_consignment(connection, request.council, request.consignment_id)
    if found is None:
        raise ConsignmentUnknown
    await consignments.lock_despatches(connection, [despatch_key(found.supplier_id, found.despatch_number)])
    locked = await consignments.find_consignment(connection, request.council, request.consignment_id, lock=True)
    assert locked is not None
    return locked


async def _check_here(connection: AsyncConnection, consignment: Consignment, items: Sequence[Item]) -> None:
    """Raises ConsignmentMoved where nothing is outstanding any more because all of that is expected at another branch."""
    if consignment.moved_to is None or any(item.state is ItemState.OUTSTANDING for item in items):
        return
    instead = consignment
    while instead.moved_to is not None:
        found = await consignments.find_consignment(connection, consignment.council, instead.moved_to)
        assert found is not None, "a consignment is never removed"
        instead = found
    raise ConsignmentMoved(consignment.place, instead)


async def _apply(
    connection: AsyncConnection, consignment: Consignment, outcome: Outcome, clock: Clock, *, at: datetime
) -> list[Found]:
    """Stores the changes and publishes them; returns the discrepancies with their ids."""
    await consignments.update_items(connection, outcome.changed)
    await consignments.set_received(connection, consignment)
    goods = {
        item.copy.copy_id: (goods_state(item.state, consignment.leg), item.item_id)
        for item in outcome.changed
        if item.copy is not None
    }
    await copies.set_goods(connection, goods)
    found = [Found(new_id(), consignment, what, at) for what in outcome.discrepancies]
    await receipts.add_discrepancies(connection, found)
    received = tuple(item for item in outcome.changed if item.state is ItemState.RECEIVED)
    facts: list[Fact] = [Received(consignment, received, at)]
    if consignment.leg is Leg.TO_HUB:
        facts += await _send_on(connection, consignment, received, clock)
    await publish(connection, events_of([*facts, *found]), clock)
    return found


async def _send_on(connection: AsyncConnection, at_hub: Consignment, received: Sequence[Item], clock: Clock) -> list[Expected]:
    """Adds copies received at a hub to the consignments that take them on, one per branch of the despatch."""
    per_branch: defaultdict[str, list[Item]] = defaultdict(list)
    for item in received:
        if item.copy is not None:
            # What was found wrong with it here was reported here.
            travelling = replace(
                item, item_id=new_id(), state=ItemState.OUTSTANDING, servicing=(), settled_at=None, settled_by=None
            )
            per_branch[item.copy.branch.code].append(travelling)
    facts = []
    for _, items in sorted(per_branch.items()):
        assert items[0].copy is not None
        wanted = replace(
            at_hub,
            consignment_id=new_id(),
            place=items[0].copy.branch,
            leg=Leg.FROM_HUB,
            expected_on=None,
            state=ConsignmentState.EXPECTED,
            created_at=clock.now(),
            received_at=None,
        )
        onward = await add_goods(connection, wanted, items)
        await note(connection, onward, "sent on", detail=f"{len(items)} from {at_hub.place.code}", at=clock.now())
        facts.append(Expected(onward, tuple(items)))
    return facts


def _summary(outcome: Outcome, *, complete: bool) -> str:
    states = Counter(item.state for item in outcome.changed)
    kinds = Counter(what.kind for what in outcome.discrepancies)
    counts = [f"{count} {state}" for state, count in states.items()]
    # Damaged and short goods are items too, and counted above.
    strays = (DiscrepancyKind.SURPLUS, DiscrepancyKind.WRONG_ITEM, DiscrepancyKind.SERVICING)
    counts += [f"{kinds[kind]} {kind}" for kind in strays if kinds[kind]]
    return ", ".join([*counts, *(["nothing more will arrive"] if complete else [])]) or "nothing new"


def _answer(
    consignment: Consignment, items: Sequence[Item], outcome: Outcome, *, found: Sequence[Found], at: datetime
) -> ReceiptAnswer:
    return ReceiptAnswer(
        receipt_id=new_id(),
        consignment_id=consignment.consignment_id,
        state=consignment.state,
        received_at=at,
        outstanding=sum(item.state is ItemState.OUTSTANDING for item in items),
        items=tuple(_received_item(item) for item in outcome.changed),
        discrepancies=tuple(_reported(fact) for fact in found),
        already_counted=outcome.already_counted,
    )


def _received_item(item: Item) -> ReceivedItem:
    copy = item.copy
    return ReceivedItem(
        item_id=item.item_id,
        copy_id=copy.copy_id if copy else None,
        line_key=copy.line_key if copy else None,
        isbn=item.isbn,
        branch=copy.branch.code if copy else None,
        barcode=item.barcode,
        state=item.state,
        servicing=item.servicing,
    )


def _reported(fact: Found) -> ReportedDiscrepancy:
    what = fact.discrepancy
    return ReportedDiscrepancy(
        discrepancy_id=fact.discrepancy_id,
        kind=what.kind,
        isbn=what.isbn,
        quantity=what.quantity,
        copy_id=what.copy.copy_id if what.copy else None,
        barcode=what.barcode,
        note=what.note,
        servicing=what.servicing,
    )
