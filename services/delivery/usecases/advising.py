"""Before goods arrive: copies become expected, and a supplier's notice becomes consignments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain.allocation import (
    Allocation,
    Despatch,
    allocate,
    by_leg,
    discrepancies,
    misdirected,
    with_free_barcodes,
)
from services.delivery.domain.goods import (
    Consignment,
    ConsignmentState,
    CouncilUnknown,
    Discrepancy,
    Expected,
    ExpectedCopy,
    Fact,
    Found,
    Item,
    OrderNotProjected,
    leg_to,
)
from services.delivery.domain.moving import Redirection, by_place
from services.delivery.domain.units import Unit, additions, unprojected
from services.delivery.outgoing import events_of
from services.delivery.store import copies, receipts
from services.delivery.usecases.goods import add_goods, note
from shared.bus import publish
from shared.clock import Clock
from shared.contracts.base import Place
from shared.ids import new_id


async def project(connection: AsyncConnection, expected: Sequence[ExpectedCopy]) -> None:
    """Adds the copies of a placed order to those expected. A repetition changes nothing."""
    await copies.add_copies(connection, expected)


async def note_wanted(connection: AsyncConnection, wanted: Mapping[UUID, bool]) -> None:
    """Keeps whether copies are wanted: false once cancelled or refused, true if awaited again. Skips unknown copies."""
    await copies.set_wanted(connection, wanted)


async def note_barcodes(connection: AsyncConnection, barcodes: Mapping[UUID, str]) -> None:
    """Keeps the barcodes that the supplier gave copies before it despatched them. Skips unknown copies."""
    await copies.set_barcodes(connection, barcodes)


async def note_places(connection: AsyncConnection, places: Mapping[UUID, Place]) -> None:
    """Keeps where copies are to be unpacked from now on. Skips unknown copies."""
    await copies.set_places(connection, places)


async def note_substitutes(connection: AsyncConnection, substitutes: Mapping[str, str]) -> None:
    """Keeps, by line key, the book that the supplier announced instead of the ordered one, so that either is expected."""
    await copies.set_substitutes(connection, substitutes)


async def advise(connection: AsyncConnection, despatch: Despatch, clock: Clock) -> None:
    """Makes consignments of a supplier's notice: their copies are expected at its place.

    Leaves out what an earlier notice of the same despatch had, so that a repeated notice changes nothing and one with
    further parcels adds only those. The caller holds the lock of the despatch.
    Raises OrderNotProjected while an order or line it names is unknown, and CouncilUnknown when it names neither a council
    nor an order.
    """
    units = additions(despatch.units, await copies.units_advised(connection, despatch))
    if not units:
        return
    _check_council(despatch, units)
    fresh = replace(despatch, units=tuple(units))
    known = await copies.copies_named_by(connection, fresh)
    if early := unprojected(units, known):
        raise OrderNotProjected(", ".join(sorted({_name(unit) for unit in early})[:5]))
    per_council: defaultdict[str, list[Allocation]] = defaultdict(list)
    for allocation in allocate(fresh, known):
        per_council[allocation.council].append(allocation)
    facts: list[Fact] = []
    for council, allocations in sorted(per_council.items()):
        facts += await _consign(connection, _wanted(despatch, council, clock), allocations, clock)
    await copies.note_advised(connection, despatch, units)
    await publish(connection, events_of(facts), clock)


def _check_council(despatch: Despatch, units: Sequence[Unit]) -> None:
    nameless = sorted({unit.isbn for unit in units if not unit.names_order})
    if despatch.council is None and nameless:
        raise CouncilUnknown(", ".join(nameless[:5]))


def _name(unit: Unit) -> str:
    if unit.line_key:
        return f"line {unit.line_key}"
    return f"order {unit.order_id or unit.order_number}"


def _wanted(despatch: Despatch, council: str, clock: Clock) -> Consignment:
    return Consignment(
        consignment_id=new_id(),
        council=council,
        supplier_id=despatch.supplier_id,
        despatch_number=despatch.despatch_number,
        place=despatch.deliver_to,
        leg=leg_to(despatch.deliver_to, None),
        expected_on=despatch.expected_on,
        state=ConsignmentState.EXPECTED,
        created_at=clock.now(),
        message_id=despatch.message_id,
    )


async def _consign(
    connection: AsyncConnection, wanted: Consignment, allocations: Sequence[Allocation], clock: Clock
) -> list[Fact]:
    """Adds the goods of one council to their consignments, one for each leg; returns the facts, not yet published.

    Goods for a closed branch are expected at the one that took over from it.
    """
    barcodes = {allocation.unit.barcode for allocation in allocations if allocation.unit.barcode}
    used = await copies.barcodes_in_use(connection, wanted.council, barcodes) if barcodes else {}
    allocations, doubled = with_free_barcodes(allocations, used)
    redirection = Redirection.of((allocation.copy for allocation in allocations), wanted.place)
    facts: list[Fact] = []
    for place, there in by_place(allocations, redirection):
        mine = [one for one in doubled if redirection.place_of(one.copy).code == place.code]
        for leg, part in sorted(by_leg(there, place).items()):
            found = [*discrepancies(part), *(one for one in mine if leg_to(place, one.copy) is leg)]
            one = replace(wanted, consignment_id=new_id(), place=place, leg=leg)
            facts += await _add(connection, one, part, found, clock, advised_for=wanted.place)
    return facts


async def _add(
    connection: AsyncConnection,
    wanted: Consignment,
    allocations: Sequence[Allocation],
    discrepancies: Sequence[Discrepancy],
    clock: Clock,
    *,
    advised_for: Place,
) -> list[Fact]:
    """Adds goods to a consignment, with the discrepancies that the notice shows. `advised_for`: the place that it names."""
    items = [
        Item(
            item_id=new_id(),
            isbn=allocation.unit.isbn,
            parcel_id=allocation.unit.parcel_id,
            barcode=allocation.unit.barcode,
            copy=allocation.copy,
            stated=allocation.unit.stated,
        )
        for allocation in allocations
    ]
    consignment = await add_goods(connection, wanted, items)
    astray = await _misdirected(connection, consignment, [each for each in allocations if not _redirected(each, advised_for)])
    found = [Found(new_id(), consignment, what, clock.now()) for what in (*discrepancies, *astray)]
    await receipts.add_discrepancies(connection, found)
    detail = f"{len(items)} advised by {consignment.supplier_id} in {consignment.despatch_number}"
    if advised_for.code != consignment.place.code:
        detail = f"{detail} for {advised_for.code}, which is closed: {consignment.place.code} takes over"
    await note(connection, consignment, "advised", detail=detail, at=clock.now())
    return [Expected(consignment, tuple(items)), *found]


def _redirected(allocation: Allocation, advised_for: Place) -> bool:
    """Returns whether goods are expected where they are only because a branch closed."""
    return allocation.copy is not None and allocation.copy.expected_instead(advised_for) is not None


async def _misdirected(
    connection: AsyncConnection, consignment: Consignment, allocations: Sequence[Allocation]
) -> list[Discrepancy]:
    """Returns the copies at the wrong place, each once in a consignment: goods that are replaced are advised for it again."""
    found = misdirected(allocations, consignment.place)
    known = await receipts.misdirected_in(connection, consignment.consignment_id) if found else set()
    return [what for what in found if what.copy is not None and what.copy.copy_id not in known]
