"""The copies of a book that a council ordered, as its library system loads them with the record. Pure: no table, no event."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from uuid import UUID

from services.catalogue.domain.judging import Judgement
from shared.formats.marc import KOHA, CopyFields
from shared.records import CopyData


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One ordered copy. `data` is what the order says of it, and its barcode once it has one; `given_up`: it will not come."""

    copy_id: UUID
    isbn: str
    council: str
    supplier_id: str
    line_key: str
    order_number: str
    copy_number: int
    data: CopyData
    given_up: bool = False


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a council reads with a title: its items, the MARC field in which its system loads them, and what its minimum says of
    the record; None where no record of the book was judged for it.
    """

    items: tuple[Item, ...] = ()
    written: CopyFields = KOHA
    judgement: Judgement | None = None


NO_HOLDINGS = Holdings()
"""What a reader of no council gets."""

COPY_DATA = tuple(each.name for each in fields(CopyData))
"""Names of what is stated of a copy."""


def completed(items: Iterable[Item], stated: Mapping[str, Sequence[CopyData]]) -> list[Item]:
    """Returns the items of one book in the order of orders and copies, with what their suppliers' records state besides.

    `items` are those of every council, `stated` the copies in each supplier's record. A copy in a record is the item with its
    barcode; else the next item of its branch without one. Councils may have the same code for a branch: then only a barcode says
    whose copy it is. What the council ordered stays: a record only adds what is not there.
    """
    ordered = sorted(items, key=lambda item: (item.council, item.order_number, item.line_key, item.copy_number))
    known = {(item.supplier_id, item.data.barcode) for item in ordered if item.data.barcode}
    councils = Counter(branch for branch, _ in {(item.data.branch, item.council) for item in ordered})
    named: dict[tuple[str, str], CopyData] = {}
    others: defaultdict[tuple[str, str], list[CopyData]] = defaultdict(list)
    for supplier_id, copies in stated.items():
        for copy in copies:
            if (supplier_id, copy.barcode) in known:
                named[supplier_id, copy.barcode] = copy
            elif councils[copy.branch] == 1:
                others[supplier_id, copy.branch].append(copy)
    found: list[Item] = []
    for item in ordered:
        copy_or_none = named.get((item.supplier_id, item.data.barcode)) or _next(others[item.supplier_id, item.data.branch], item)
        found.append(item if copy_or_none is None else replace(item, data=_with(item.data, copy_or_none)))
    return found


def _next(copies: list[CopyData], item: Item) -> CopyData | None:
    """Takes out the first of the copies that does not have another barcode than the item."""
    place = next((place for place, copy in enumerate(copies) if not (copy.barcode and item.data.barcode)), None)
    return None if place is None else copies.pop(place)


def _with(ours: CopyData, theirs: CopyData) -> CopyData:
    return replace(ours, **{name: getattr(theirs, name) for name in COPY_DATA if not getattr(ours, name)})
