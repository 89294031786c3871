"""The physical items of a supplier's notice, and which of them earlier notices of the same despatch did not have. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from services.delivery.domain.goods import ExpectedCopy, TooManyUnits
from shared.contracts.stated import StatedItem
from shared.contracts.suppliers import MOST_ADVISED, CopyReference, DespatchedLine, Parcel
from shared.values import isbn13_or_text


@dataclass(frozen=True, slots=True)
class Unit:
    """One physical item as a supplier advised it, with every reference the supplier gave for it.

    `stated_on` is the day that the supplier's notice states for the despatch: suppliers use a number again on another day.
    `stated` is what it states about the copy; another notice that states more of it advises no other item.
    """

    isbn: str
    parcel_id: str
    line_key: str | None = None
    order_id: UUID | None = None
    order_number: str | None = None
    copy_number: int | None = None
    place: int | None = None
    branch: str | None = None
    fund: str | None = None
    sequence: str | None = None
    barcode: str | None = None
    stated_on: date | None = None
    stated: StatedItem | None = field(default=None, compare=False)

    @property
    def names_order(self) -> bool:
        """Whether the supplier named the order of the item."""
        return bool(self.line_key or self.order_id or self.order_number)

    @property
    def reference(self) -> CopyReference:
        """The supplier's reference to the copy."""
        return CopyReference(
            copy_number=self.copy_number,
            place=self.place,
            branch=self.branch,
            fund=self.fund,
            sequence=self.sequence,
            barcode=self.barcode,
        )


def units_of_parcels(parcels: Iterable[Parcel], *, stated_on: date | None = None) -> tuple[Unit, ...]:
    """Returns one unit per physical item in `parcels`. Raises TooManyUnits."""
    lines = [(line, parcel.parcel_id) for parcel in parcels for line in parcel.lines]
    count = sum(max(line.quantity, len(line.copies)) for line, _ in lines)
    if count > MOST_ADVISED:
        raise TooManyUnits(count, MOST_ADVISED)
    return tuple(unit for line, parcel_id in lines for unit in _units_of(line, parcel_id, stated_on))


def _units_of(line: DespatchedLine, parcel_id: str, stated_on: date | None) -> list[Unit]:
    """Returns one unit per physical copy of a line; the first units get the line's copy references."""
    whole = Unit(
        # Goods whose number is no ISBN still arrive.
        isbn=isbn13_or_text(line.isbn.strip()),
        parcel_id=parcel_id,
        line_key=line.line_key,
        order_id=line.order_id,
        order_number=line.order_number,
        stated_on=stated_on,
    )
    unnamed = [CopyReference()] * max(0, line.quantity - len(line.copies))
    return [
        replace(
            whole,
            copy_number=named.copy_number,
            place=named.place,
            branch=named.branch,
            fund=named.fund,
            sequence=named.sequence,
            barcode=named.barcode,
            stated=named.item,
        )
        for named in (*line.copies, *unnamed)
    ]


def additions(units: Sequence[Unit], known: Counter[Unit]) -> list[Unit]:
    """Returns the units that earlier notices of the same despatch to the same place did not have.

    A barcode or a day is compared where both notices give one: a notice that arrives again with barcodes added advises nothing
    new, and one that gives another barcode or another day does. Units that are equal in everything are paired first.
    """
    left: defaultdict[Unit, Counter[Unit]] = defaultdict(Counter)
    for unit, count in known.items():
        left[_plain(unit)][unit] += count
    rest = [unit for unit in units if not _take(unit, left[_plain(unit)])]
    return [unit for unit in rest if not _take(_alike(unit, left[_plain(unit)]), left[_plain(unit)])]


def _take(unit: Unit | None, left: Counter[Unit]) -> bool:
    if unit is None or unit not in left:
        return False
    left[unit] -= 1
    if left[unit] == 0:
        del left[unit]
    return True


def _alike(unit: Unit, known: Iterable[Unit]) -> Unit | None:
    """Returns a known unit that can be the same item."""
    return next((each for each in known if _agree(each, unit)), None)


def _agree(one: Unit, other: Unit) -> bool:
    pairs = ((one.barcode, other.barcode), (one.stated_on, other.stated_on))
    return all(None in pair or pair[0] == pair[1] for pair in pairs)


def _plain(unit: Unit) -> Unit:
    return replace(unit, barcode=None, stated_on=None)


def unprojected(units: Iterable[Unit], known: Iterable[ExpectedCopy]) -> list[Unit]:
    """Returns the units whose order, or whose line where they name one, has not arrived yet.

    A supplier's exchange names only lines that it was asked for, so the event of an unknown line is on its way. Goods of a line
    that was added to a known order would otherwise be taken for another line's, or for nobody's.
    """
    names: set[object] = {None}
    for copy in known:
        names |= {copy.line_key, copy.order_id, copy.order_number}
    return [unit for unit in units if (unit.line_key or unit.order_id or unit.order_number) not in names]
