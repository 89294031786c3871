"""Divides the copies of a line among branches: by sets (GIR), by counts at places (LOC), else all for one branch. Pure.

Nothing is guessed: copies that are not counted out exactly are a fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.lms.dialects.profile import Reading
from services.lms.dialects.quirks import Quirk
from services.lms.dialects.reading.codes import Wrong
from services.lms.dialects.reading.notes import Notes
from services.lms.dialects.reading.places import LinePlaces
from shared.formats.edifact import number
from shared.formats.editeur import Copy, OrderLine, Split

_MOST = 9_999
"""Copies of a line that are counted at all; the order book takes far fewer."""


@dataclass(frozen=True, slots=True)
class Share:
    """Copies of a line that are alike: described by a GIR set (`copy`), or counted for a `place`. A line may have neither.

    `segment` is the number of the segment that says so.
    """

    quantity: int
    segment: int
    copy: Copy | None = None
    place: str = ""


def ordered(line: OrderLine, pointer: str, notes: Notes) -> int:
    """Returns how many copies a line orders (QTY 21); 0 with a fault where it is no whole number of at least one."""
    value = line.quantity("21")
    if value is None:
        notes.fault(
            pointer, Wrong.QUANTITY, f"Line {line.number} states no number of copies (QTY+21); add it and send the order again."
        )
        return 0
    if value != value.to_integral_value() or not 0 < value <= _MOST:
        detail = f"Line {line.number} orders {number(value)} copies (QTY+21); order a whole number of at least 1."
        notes.fault(pointer, Wrong.QUANTITY, detail)
        return 0
    return int(value)


def shares_of(line: OrderLine, reading: Reading, places: LinePlaces, pointer: str, notes: Notes) -> list[Share]:
    """Returns the shares of a line's copies; notes a fault where they do not add up to the quantity ordered."""
    quantity = ordered(line, pointer, notes)
    if not quantity:
        return []
    shares = list(_by_sets(line, quantity, reading, places)) or list(_by_places(line, quantity, reading, places))
    if not shares:
        return [Share(quantity, places.of("QTY"))]
    named = sum(share.quantity for share in shares)
    if named != quantity:
        what = "are counted for its branches" if shares[0].copy is None else "are described (GIR)"
        detail = f"Line {line.number} orders {quantity} (QTY+21), but {named} {what}. Correct it and send the order again."
        notes.fault(pointer, Wrong.COPIES, detail)
    else:
        _compare(line, shares, reading, pointer, notes)
    return shares


def _by_sets(line: OrderLine, quantity: int, reading: Reading, places: LinePlaces) -> Iterator[Share]:
    """Yields a share for each set (GIR). Sets without a count are one copy each, or a single one all copies."""
    sets = line.copies
    uncounted = [each for each in sets if each.count is None or _grouped(each, sets, reading)]
    for each in sets:
        count = each.count
        if each in uncounted or count is None:
            count = quantity if len(sets) == 1 else 1
        if count:
            yield Share(min(count, _MOST + 1), places.sets.get(each.label, places.line), copy=each)


def _grouped(copy: Copy, sets: Sequence[Copy], reading: Reading) -> bool:
    """Returns whether a single numbered set is about all copies of the line: as the LMS writes, where it states no count."""
    return Quirk.ONE_SET_IS_ALL in reading.quirks and len(sets) == 1 and not copy.first("LQT") and not copy.barcodes


def _by_places(line: OrderLine, quantity: int, reading: Reading, places: LinePlaces) -> Iterator[Share]:
    """Yields a share for each place (LOC): counted (QTY 11), or one place for all copies, or a place for each copy."""
    splits = final_places(line, reading)
    stated = [_count(split) for split in splits]
    if len({split.place.strip() for split in splits}) == 1 and not any(stated):
        yield Share(quantity, _segment(splits[0], places), place=splits[0].place.strip())
        return
    for split, count in zip(splits, stated, strict=True):
        yield Share(count if count is not None else 1, _segment(split, places), place=split.place.strip())


def final_places(line: OrderLine, reading: Reading) -> list[Split]:
    """Returns the places (LOC) of the first kind that the line has."""
    by_kind = ([each for each in line.splits if each.qualifier == kind and each.place.strip()] for kind in reading.locations)
    return next((found for found in by_kind if found), [])


def _count(split: Split) -> int | None:
    value = next((each.value for each in split.quantities if each.value is not None), None)
    return int(value) if value is not None and value == value.to_integral_value() and 0 <= value <= _MOST else None


def _segment(split: Split, places: LinePlaces) -> int:
    return places.locations.get((split.qualifier, split.place), places.line)


def _compare(line: OrderLine, shares: Sequence[Share], reading: Reading, pointer: str, notes: Notes) -> None:
    """Adds a fault where the sets name other branches, or other numbers for them, than the places that are counted."""
    by_place: Counter[str] = Counter()
    for split in final_places(line, reading):
        by_place[split.place.strip()] += _count(split) or 0
    by_set: Counter[str] = Counter()
    for share in shares:
        branch = next(filter(None, (share.copy.first(code) for code in reading.copies.branch)), "") if share.copy else ""
        by_set[branch.strip()] += share.quantity
    if sum(by_place.values()) and "" not in by_set and by_place != by_set:
        detail = (
            f"Line {line.number}: the copies described (GIR) are for {_listed(by_set)}, but the places count {_listed(by_place)} "
            "(LOC, QTY+11). Correct the line and send the order again."
        )
        notes.fault(pointer, Wrong.COPIES, detail)


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} for {place}" for place, count in sorted(counts.items()))
