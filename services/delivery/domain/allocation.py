"""Decides which ordered copy each despatched book is. Goods that match no copy are kept and reported, never dropped. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.delivery.domain.goods import AWAITING_GOODS, Discrepancy, DiscrepancyKind, ExpectedCopy, GoodsState, leg_to
from services.delivery.domain.units import Unit
from shared.contracts.base import Place, PlaceKind
from shared.contracts.delivery import Leg
from shared.which_copy import Rank, Wanted, choose


@dataclass(frozen=True, slots=True)
class Despatch:
    """A supplier's despatch notice of goods for one place. `council` is absent where the supplier named none."""

    supplier_id: str
    despatch_number: str
    council: str | None
    deliver_to: Place
    expected_on: date | None
    units: tuple[Unit, ...]
    message_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """An item and the copy it is for; without a copy, `kind` is the discrepancy to report."""

    unit: Unit
    council: str
    copy: ExpectedCopy | None = None
    kind: DiscrepancyKind | None = None


@dataclass(frozen=True, slots=True)
class BarcodeInUse:
    """A barcode and who has it: `copy_id` is None for goods that match no ordered copy."""

    barcode: str
    copy_id: UUID | None
    words: str


# The copies that a unit can lead to, by a number for the way, the most exact first, and the references that are equal.
_Pool = tuple[int, tuple[Hashable, ...]]


def _pools_of_unit(unit: Unit) -> list[_Pool]:
    pools: list[_Pool] = [(0, (unit.line_key,))] if unit.line_key else []
    pools += [(1, (unit.order_id, unit.isbn))] if unit.order_id else []
    pools += [(2, (unit.order_number, unit.isbn))] if unit.order_number else []
    return pools if unit.names_order else [(3, (unit.isbn,))]


def _pools_of_copy(copy: ExpectedCopy) -> list[_Pool]:
    pools: list[_Pool] = [(0, (copy.line_key,))]
    for isbn in {copy.isbn, copy.substitute_isbn or copy.isbn}:
        pools += [(1, (copy.order_id, isbn)), (2, (copy.order_number, isbn)), (3, (isbn,))]
    return pools


def _wanted(unit: Unit, place: Place, turns: Mapping[UUID, int]) -> Wanted[ExpectedCopy] | None:
    """Returns what a unit is about; None for goods that name neither order nor branch, since that is not enough to go by."""
    to = place.code if place.kind is PlaceKind.BRANCH else None
    reference = unit.reference
    if not unit.names_order and not reference.branch:
        if to is None:
            return None
        reference = reference.model_copy(update={"branch": to})

    def rank(copy: ExpectedCopy) -> Rank:
        elsewhere = (to is not None and not copy.marks.is_for(to)) + copy.is_misdirected(place)
        return 2 * elsewhere + (copy.state is not GoodsState.EXPECTED), turns[copy.copy_id]

    return Wanted(rank, reference, (to or "",))


def _matched(units: Sequence[Unit], copies: Sequence[ExpectedCopy], place: Place) -> dict[int, ExpectedCopy]:
    """Returns copies by index of their unit: by `shared.which_copy`, among the copies that the unit's references lead to."""
    free = {copy.copy_id: copy for copy in copies}
    turns = {copy.copy_id: turn for turn, copy in enumerate(sorted(copies, key=_turn))}
    by_pool: defaultdict[_Pool, list[UUID]] = defaultdict(list)
    for copy in copies:
        for pool in _pools_of_copy(copy):
            by_pool[pool].append(copy.copy_id)
    of_pool: defaultdict[_Pool, list[int]] = defaultdict(list)
    for index, unit in enumerate(units):
        for pool in [pool for pool in _pools_of_unit(unit) if pool in by_pool][:1]:
            of_pool[pool].append(index)
    found: dict[int, ExpectedCopy] = {}
    for pool, indexes in sorted(of_pool.items(), key=lambda item: item[0][0]):
        wanted = [(index, one) for index in indexes if (one := _wanted(units[index], place, turns)) is not None]
        chosen = choose([one for _, one in wanted], [free[copy_id] for copy_id in by_pool[pool] if copy_id in free])
        for (index, _), given in zip(wanted, chosen, strict=True):
            if given is not None:
                found[index] = free.pop(given.copy_id)
    return found


def _turn(copy: ExpectedCopy) -> tuple[str, int, str]:
    return copy.line_key, copy.copy_number, str(copy.copy_id)


def allocate(despatch: Despatch, known: Sequence[ExpectedCopy]) -> list[Allocation]:
    """Gives each unit of `despatch` its copy, in the order of the units.

    `known` are all copies, in any state, that the units' references lead to. Copies that are on the way or received get
    no further goods; cancelled and refused ones only where no other copy matches.
    """
    units = despatch.units
    to = despatch.deliver_to
    mine = [copy for copy in known if copy.supplier_id == despatch.supplier_id]
    awaiting = [copy for copy in mine if copy.state in AWAITING_GOODS]
    placed = _with_place_of_number(units, mine)
    found = _matched(placed, [copy for copy in awaiting if copy.wanted], to)
    rest = [index for index in range(len(units)) if index not in found]
    again = _matched([placed[index] for index in rest], [copy for copy in awaiting if not copy.wanted], to)
    found |= {rest[place]: copy for place, copy in again.items()}
    return [
        Allocation(
            unit=unit,
            council=despatch.council or _council_of(unit, found.get(index), known),
            copy=found.get(index),
            kind=None if index in found else _misfit(unit, mine),
        )
        for index, unit in enumerate(units)
    ]


def _with_place_of_number(units: Sequence[Unit], copies: Sequence[ExpectedCopy]) -> list[Unit]:
    """Returns units that name a copy by its number alone with the copy's branch and fund.

    Where the copy has its goods already, they are for another copy there, and for none of another branch.
    """
    numbered = {(copy.line_key, copy.copy_number): copy for copy in copies}
    found = [None if unit.branch else numbered.get((unit.line_key or "", unit.copy_number or 0)) for unit in units]
    return [
        unit if copy is None else replace(unit, branch=copy.marks.ordered_for, fund=unit.fund or copy.fund)
        for unit, copy in zip(units, found, strict=True)
    ]


def _names(unit: Unit, copy: ExpectedCopy) -> bool:
    return unit.line_key == copy.line_key or unit.order_id == copy.order_id or unit.order_number == copy.order_number


def _council_of(unit: Unit, copy: ExpectedCopy | None, known: Sequence[ExpectedCopy]) -> str:
    if copy is not None:
        return copy.council
    return next(other.council for other in known if _names(unit, other))


def _misfit(unit: Unit, mine: Sequence[ExpectedCopy]) -> DiscrepancyKind:
    """Returns surplus when the title was ordered, but fewer copies of it; else wrong item."""
    ordered = any(unit.isbn == copy.isbn and (_names(unit, copy) or not unit.names_order) for copy in mine)
    return DiscrepancyKind.SURPLUS if ordered else DiscrepancyKind.WRONG_ITEM


def with_free_barcodes(
    allocations: Sequence[Allocation], used: Mapping[str, BarcodeInUse]
) -> tuple[list[Allocation], list[Discrepancy]]:
    """Returns the allocations without barcodes that others of the council have, and a discrepancy for each that names both."""
    owners = dict(used)
    kept: list[Allocation] = []
    found: list[Discrepancy] = []
    for allocation in allocations:
        unit, copy = allocation.unit, allocation.copy
        if unit.barcode is None:
            kept.append(allocation)
            continue
        words = f"copy {copy.copy_number} of line {copy.line_key}" if copy else f"goods for {unit.line_key or unit.isbn}"
        mine = BarcodeInUse(unit.barcode, copy.copy_id if copy else None, words)
        owner = owners.setdefault(unit.barcode, mine)
        if owner is mine or (copy is not None and owner.copy_id == copy.copy_id):
            kept.append(allocation)
            continue
        kept.append(replace(allocation, unit=replace(unit, barcode=None)))
        note = f"barcode {unit.barcode} was given to {words}, but {owner.words} has it"
        found.append(Discrepancy(DiscrepancyKind.WRONG_ITEM, unit.isbn, copy=copy, note=note))
    return kept, found


def discrepancies(allocations: Sequence[Allocation]) -> list[Discrepancy]:
    """Returns the discrepancies that the notice itself shows, one per title: goods without a copy, and other titles."""
    counts: Counter[tuple[DiscrepancyKind, str, str]] = Counter()
    for allocation in allocations:
        unit, copy = allocation.unit, allocation.copy
        named = unit.line_key or unit.order_number or "no order"
        if allocation.kind is not None:
            counts[allocation.kind, unit.isbn, f"advised for {named}; no expected copy matches"] += 1
        elif copy is not None and unit.isbn not in (copy.isbn, copy.substitute_isbn):
            counts[DiscrepancyKind.WRONG_ITEM, unit.isbn, f"advised for line {copy.line_key}, ordered as {copy.isbn}"] += 1
    found = [Discrepancy(kind, isbn, quantity, note=note) for (kind, isbn, note), quantity in counts.items()]
    for copy, barcode in ((allocation.copy, allocation.unit.barcode) for allocation in allocations):
        if copy is not None and not copy.wanted:
            note = f"copy {copy.copy_number} of line {copy.line_key} was cancelled or refused before"
            found.append(Discrepancy(DiscrepancyKind.SURPLUS, copy.isbn, copy=copy, barcode=barcode, note=note))
    return found


def by_leg(allocations: Sequence[Allocation], place: Place) -> dict[Leg, list[Allocation]]:
    """Divides goods for one place into those that stay there and those that travel on: each part is a consignment."""
    parts: defaultdict[Leg, list[Allocation]] = defaultdict(list)
    for allocation in allocations:
        parts[leg_to(place, allocation.copy)].append(allocation)
    return parts


def misdirected(allocations: Sequence[Allocation], place: Place) -> list[Discrepancy]:
    """Returns a discrepancy for each copy that the delivery rules wanted elsewhere than at `place`, for which it was advised."""
    found = []
    for copy, barcode in ((allocation.copy, allocation.unit.barcode) for allocation in allocations):
        if copy is not None and copy.deliver_to is not None and copy.is_misdirected(place):
            meant = f"copy {copy.copy_number} of line {copy.line_key} was to be unpacked at {copy.deliver_to.code}"
            note = f"advised for {place.code}; {meant}"
            found.append(Discrepancy(DiscrepancyKind.WRONG_PLACE, copy.isbn, copy=copy, barcode=barcode, note=note))
    return found
