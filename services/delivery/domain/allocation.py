"""Decides which ordered copy each despatched book is. Goods that match no copy are kept and reported, never dropped. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.delivery.domain.goods import AWAITING_GOODS, Discrepancy, ExpectedCopy, GoodsState, TooManyUnits
from shared.contracts.base import Place, PlaceKind
from shared.contracts.delivery import DiscrepancyKind
from shared.contracts.suppliers import CopyReference, DespatchedLine, Parcel
from shared.values import isbn13_or_text


@dataclass(frozen=True, slots=True)
class Unit:
    """One physical item as a supplier advised it, with every reference the supplier gave for it."""

    isbn: str
    parcel_id: str
    line_key: str | None = None
    order_id: UUID | None = None
    order_number: str | None = None
    copy_number: int | None = None
    branch: str | None = None
    barcode: str | None = None

    @property
    def names_order(self) -> bool:
        """Whether the supplier named the order of the item."""
        return bool(self.line_key or self.order_id or self.order_number)


@dataclass(frozen=True, slots=True)
class Despatch:
    """A supplier's despatch notice of goods for one place. `council` is absent where the supplier named none."""

    supplier_id: str
    despatch_number: str
    council: str | None
    deliver_to: Place
    expected_on: date | None
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Allocation:
    """An item and the copy it is for; without a copy, `kind` is the discrepancy to report."""

    unit: Unit
    council: str
    copy: ExpectedCopy | None = None
    kind: DiscrepancyKind | None = None


# Limits the work that a mistyped quantity can cause.
MOST_UNITS = 10_000


def units_of_parcels(parcels: Iterable[Parcel]) -> tuple[Unit, ...]:
    """Returns one unit per physical item in `parcels`. Raises TooManyUnits."""
    lines = [(line, parcel.parcel_id) for parcel in parcels for line in parcel.lines]
    count = sum(max(line.quantity, len(line.copies)) for line, _ in lines)
    if count > MOST_UNITS:
        raise TooManyUnits(count, MOST_UNITS)
    return tuple(unit for line, parcel_id in lines for unit in _units_of(line, parcel_id))


def _units_of(line: DespatchedLine, parcel_id: str) -> list[Unit]:
    """Returns one unit per physical copy of a line; the first units get the line's copy references."""
    whole = Unit(
        # Goods whose number is no ISBN still arrive.
        isbn=isbn13_or_text(line.isbn.strip()),
        parcel_id=parcel_id,
        line_key=line.line_key,
        order_id=line.order_id,
        order_number=line.order_number,
    )
    unnamed = [CopyReference()] * max(0, line.quantity - len(line.copies))
    return [
        replace(whole, copy_number=named.copy_number, branch=named.branch, barcode=named.barcode)
        for named in (*line.copies, *unnamed)
    ]


def additions(units: Sequence[Unit], known: Counter[Unit]) -> list[Unit]:
    """Returns the units that earlier notices of the same despatch did not have.

    Barcodes are not compared: a notice that arrives again with barcodes added advises nothing new.
    """
    left = Counter(known)
    new = []
    for unit in units:
        plain = without_barcode(unit)
        if left[plain] > 0:
            left[plain] -= 1
        else:
            new.append(unit)
    return new


def without_barcode(unit: Unit) -> Unit:
    """Returns the unit as it is compared with earlier notices."""
    return replace(unit, barcode=None)


def unprojected(units: Iterable[Unit], known: Iterable[ExpectedCopy]) -> list[Unit]:
    """Returns the units that name an order whose event has not arrived yet."""
    names: set[object] = set()
    for copy in known:
        names |= {copy.line_key, copy.order_id, copy.order_number}
    return [unit for unit in units if unit.names_order and not names & {unit.line_key, unit.order_id, unit.order_number}]


@dataclass(frozen=True, slots=True)
class _Match:
    """One way to match a unit with a copy: by equal keys. `of_unit` also gets the branch delivered to, none for a hub."""

    of_unit: Callable[[Unit, str | None], Sequence[Hashable]]
    of_copy: Callable[[ExpectedCopy], Sequence[Hashable]]


def _unnamed(unit: Unit) -> str | None:
    return None if unit.names_order else unit.isbn


# The most exact first. A key with a part that is None does not apply to the unit.
_MATCHES = (
    _Match(lambda u, _: (u.line_key, u.copy_number), lambda c: (c.line_key, c.copy_number)),
    _Match(lambda u, _: (u.line_key, u.branch), lambda c: (c.line_key, c.branch.code)),
    _Match(lambda u, to: (u.line_key, to), lambda c: (c.line_key, c.branch.code)),
    _Match(lambda u, _: (u.line_key,), lambda c: (c.line_key,)),
    _Match(lambda u, _: (u.order_id, u.isbn, u.branch), lambda c: (c.order_id, c.isbn, c.branch.code)),
    _Match(lambda u, to: (u.order_id, u.isbn, to), lambda c: (c.order_id, c.isbn, c.branch.code)),
    _Match(lambda u, _: (u.order_id, u.isbn), lambda c: (c.order_id, c.isbn)),
    _Match(lambda u, _: (u.order_number, u.isbn, u.branch), lambda c: (c.order_number, c.isbn, c.branch.code)),
    _Match(lambda u, to: (u.order_number, u.isbn, to), lambda c: (c.order_number, c.isbn, c.branch.code)),
    _Match(lambda u, _: (u.order_number, u.isbn), lambda c: (c.order_number, c.isbn)),
    _Match(lambda u, _: (_unnamed(u), u.branch), lambda c: (c.isbn, c.branch.code)),
    _Match(lambda u, to: (_unnamed(u), to), lambda c: (c.isbn, c.branch.code)),
)


def _preference(copy: ExpectedCopy) -> tuple[bool, str, int, str]:
    """Sorts copies never despatched before copies to be replaced, then by line and copy number."""
    return (copy.state is not GoodsState.EXPECTED, copy.line_key, copy.copy_number, str(copy.copy_id))


def _matched(units: Sequence[Unit], copies: Sequence[ExpectedCopy], to: str | None) -> dict[int, ExpectedCopy]:
    """Returns copies by index of their unit. An exact match of one unit takes precedence over a loose match of another."""
    free = sorted(copies, key=_preference, reverse=True)
    found: dict[int, ExpectedCopy] = {}
    for match in _MATCHES:
        by_key: defaultdict[Sequence[Hashable], list[ExpectedCopy]] = defaultdict(list)
        for copy in free:
            by_key[match.of_copy(copy)].append(copy)
        for index, unit in enumerate(units):
            key = match.of_unit(unit, to)
            if index not in found and None not in key and by_key.get(key):
                found[index] = by_key[key].pop()
        taken = {copy.copy_id for copy in found.values()}
        free = [copy for copy in free if copy.copy_id not in taken]
    return found


def allocate(despatch: Despatch, known: Sequence[ExpectedCopy]) -> list[Allocation]:
    """Gives each unit of `despatch` its copy, in the order of the units.

    `known` are all copies, in any state, that the units' references lead to. Copies that are on the way or received get
    no further goods; cancelled and refused ones only where no other copy matches.
    """
    units = despatch.units
    to = despatch.deliver_to.code if despatch.deliver_to.kind is PlaceKind.BRANCH else None
    mine = [copy for copy in known if copy.supplier_id == despatch.supplier_id]
    awaiting = [copy for copy in mine if copy.state in AWAITING_GOODS]
    found = _matched(units, [copy for copy in awaiting if copy.wanted], to)
    rest = [index for index in range(len(units)) if index not in found]
    again = _matched([units[index] for index in rest], [copy for copy in awaiting if not copy.wanted], to)
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


def discrepancies(allocations: Iterable[Allocation]) -> list[Discrepancy]:
    """Returns the discrepancies that the notice itself shows, one per title: goods without a copy, and other titles."""
    counts: Counter[tuple[DiscrepancyKind, str, str]] = Counter()
    for allocation in allocations:
        unit, copy = allocation.unit, allocation.copy
        named = unit.line_key or unit.order_number or "no order"
        if allocation.kind is not None:
            counts[allocation.kind, unit.isbn, f"advised for {named}; no expected copy matches"] += 1
        elif copy is not None and unit.isbn != copy.isbn:
            counts[DiscrepancyKind.WRONG_ITEM, unit.isbn, f"advised for line {copy.line_key}, ordered as {copy.isbn}"] += 1
    return [Discrepancy(kind, isbn, quantity, note=note) for (kind, isbn, note), quantity in counts.items()]
