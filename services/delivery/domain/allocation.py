"""Which despatched goods are for which expected copies. Goods that fit none are kept and reported, never dropped."""

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
    """One physical thing as a supplier advised it, with every name the supplier gave for it."""

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
        """Whether the supplier said which order the thing is for."""
        return bool(self.line_key or self.order_id or self.order_number)


@dataclass(frozen=True, slots=True)
class Despatch:
    """A supplier's notice of goods for one place. `council` is absent when the supplier did not say whose they are."""

    supplier_id: str
    despatch_number: str
    council: str | None
    deliver_to: Place
    expected_on: date | None
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Allocation:
    """A thing and the copy it is for; without a copy, `kind` says why there is none."""

    unit: Unit
    council: str
    copy: ExpectedCopy | None = None
    kind: DiscrepancyKind | None = None


# A quantity is a number somebody typed: this bounds the work that a wrong one can cause.
MOST_UNITS = 10_000


def units_of_parcels(parcels: Iterable[Parcel]) -> tuple[Unit, ...]:
    """One unit per physical thing in `parcels`. Raises TooManyUnits."""
    lines = [(line, parcel.parcel_id) for parcel in parcels for line in parcel.lines]
    count = sum(max(line.quantity, len(line.copies)) for line, _ in lines)
    if count > MOST_UNITS:
        raise TooManyUnits(count, MOST_UNITS)
    return tuple(unit for line, parcel_id in lines for unit in _units_of(line, parcel_id))


def _units_of(line: DespatchedLine, parcel_id: str) -> list[Unit]:
    """One unit per physical copy of a line; the line's copy references go to the first units."""
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
    """The units that an earlier notice of the same despatch did not have.

    A barcode does not tell units apart here: a notice that comes again with barcodes added advises nothing new.
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
    """The unit as it is compared with earlier notices."""
    return replace(unit, barcode=None)


def unprojected(units: Iterable[Unit], known: Iterable[ExpectedCopy]) -> list[Unit]:
    """The units that name an order of which nothing is known yet."""
    names: set[object] = set()
    for copy in known:
        names |= {copy.line_key, copy.order_id, copy.order_number}
    return [unit for unit in units if unit.names_order and not names & {unit.line_key, unit.order_id, unit.order_number}]


@dataclass(frozen=True, slots=True)
class _Match:
    """One way to recognise a copy: equal keys fit. The second argument is the branch delivered to, none for a hub."""

    of_unit: Callable[[Unit, str | None], Sequence[Hashable]]
    of_copy: Callable[[ExpectedCopy], Sequence[Hashable]]


def _unnamed(unit: Unit) -> str | None:
    return None if unit.names_order else unit.isbn


# The surest first. A part that is None makes the way inapplicable to the unit.
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
    """First what was never despatched, then what is to be replaced; then the lowest copy number."""
    return (copy.state is not GoodsState.EXPECTED, copy.line_key, copy.copy_number, str(copy.copy_id))


def _matched(units: Sequence[Unit], copies: Sequence[ExpectedCopy], to: str | None) -> dict[int, ExpectedCopy]:
    """Copies by index of the unit they were matched to. A sure match of one unit goes before a loose one of another."""
    free = sorted(copies, key=_preference, reverse=True)
    found: dict[int, ExpectedCopy] = {}
    for match in _MATCHES:
        shelves: defaultdict[Sequence[Hashable], list[ExpectedCopy]] = defaultdict(list)
        for copy in free:
            shelves[match.of_copy(copy)].append(copy)
        for index, unit in enumerate(units):
            key = match.of_unit(unit, to)
            if index not in found and None not in key and shelves.get(key):
                found[index] = shelves[key].pop()
        taken = {copy.copy_id for copy in found.values()}
        free = [copy for copy in free if copy.copy_id not in taken]
    return found


def allocate(despatch: Despatch, known: Sequence[ExpectedCopy]) -> list[Allocation]:
    """Give each unit of `despatch` its copy, in the order of the units.

    `known` are all copies, in any state, that the units' names lead to. Copies that are on the way or received are
    not given again; cancelled and refused ones only where nothing else fits.
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
    """Surplus when the title was ordered, only not as often; else the wrong item."""
    ordered = any(unit.isbn == copy.isbn and (_names(unit, copy) or not unit.names_order) for copy in mine)
    return DiscrepancyKind.SURPLUS if ordered else DiscrepancyKind.WRONG_ITEM


def discrepancies(allocations: Iterable[Allocation]) -> list[Discrepancy]:
    """What a notice itself shows to be wrong, one discrepancy per title: goods without a copy, and other titles."""
    counts: Counter[tuple[DiscrepancyKind, str, str]] = Counter()
    for allocation in allocations:
        unit, copy = allocation.unit, allocation.copy
        named = unit.line_key or unit.order_number or "no order"
        if allocation.kind is not None:
            counts[allocation.kind, unit.isbn, f"advised for {named}; no expected copy fits"] += 1
        elif copy is not None and unit.isbn != copy.isbn:
            counts[DiscrepancyKind.WRONG_ITEM, unit.isbn, f"advised for line {copy.line_key}, ordered as {copy.isbn}"] += 1
    return [Discrepancy(kind, isbn, quantity, note=note) for (kind, isbn, note), quantity in counts.items()]
