"""Applies a receipt to a consignment: each item is received, damaged, missing or still outstanding, and counts once. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from services.delivery.domain.goods import Discrepancy, DiscrepancyKind, Item, ItemState, ItemUnknown
from shared.contracts.delivery import ServicingFault


class Condition(StrEnum):
    """Condition of an item when it was unpacked. `missing`: it is not there; such a scan names its item."""

    OK = "ok"
    DAMAGED = "damaged"
    MISSING = "missing"


_STATES = {Condition.OK: ItemState.RECEIVED, Condition.DAMAGED: ItemState.DAMAGED, Condition.MISSING: ItemState.MISSING}
_DISCREPANCIES = {ItemState.DAMAGED: DiscrepancyKind.DAMAGED, ItemState.MISSING: DiscrepancyKind.SHORT}


@dataclass(frozen=True, slots=True)
class Scan:
    """What a person scanned or counted: one item by its id or barcode, or `quantity` items of a line or an ISBN."""

    barcode: str | None = None
    line_key: str | None = None
    isbn: str | None = None
    quantity: int = 1
    condition: Condition = Condition.OK
    item_id: UUID | None = None
    servicing: tuple[ServicingFault, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The changes by a receipt: items in their new state, discrepancies, and barcodes that were counted before."""

    changed: tuple[Item, ...]
    discrepancies: tuple[Discrepancy, ...]
    already_counted: tuple[str, ...]


def receive(
    items: Sequence[Item], scans: Sequence[Scan], *, complete: bool, strays: Collection[str], parcel_id: str | None = None
) -> Outcome:
    """Applies `scans` to the `items` of a consignment.

    With `complete`, nothing more will arrive, of one parcel where `parcel_id` names it: outstanding items are missing. `strays`
    are barcodes that earlier receipts of the consignment reported as surplus or wrong; they are not reported again. Raises
    ItemUnknown.
    """
    unpacking = _Unpacking(items, strays)
    loose = [scan for scan in scans if not unpacking.take_named(scan) and not unpacking.take_known_barcode(scan)]
    # Barcodes before counts, so that a count never takes the item whose barcode is scanned next.
    for scan in sorted(loose, key=lambda scan: scan.barcode is None):
        unpacking.take_any(scan)
    if complete:
        unpacking.close(parcel_id)
    return unpacking.outcome()


class _Unpacking:
    """The items of one consignment while one receipt is applied to them."""

    def __init__(self, items: Sequence[Item], strays: Collection[str]) -> None:
        self._before = {item.item_id: item for item in items}
        self._items = dict(self._before)
        self._by_barcode = {item.barcode: item.item_id for item in items if item.barcode}
        self._by_title: defaultdict[str | None, list[UUID]] = defaultdict(list)
        for item in items:
            self._by_title[item.isbn].append(item.item_id)
            if item.copy is not None:
                self._by_title[item.copy.line_key].append(item.item_id)
        self._strays = set(strays)
        self._found: list[Discrepancy] = []
        self._already: list[str] = []

    def take_named(self, scan: Scan) -> bool:
        """Takes the item whose id the scan has. Returns False where it has none."""
        if scan.item_id is None:
            return False
        item = self._items.get(scan.item_id)
        if item is None:
            raise ItemUnknown(scan.item_id)
        if _awaits(item, scan):
            self._take(item, scan)
        else:
            self._already.append(item.barcode or str(item.item_id))
        return True

    def take_known_barcode(self, scan: Scan) -> bool:
        """Takes the item with the scanned barcode. Returns False where no item has it."""
        item_id = self._by_barcode.get(scan.barcode or "")
        if item_id is None:
            return False
        item = self._items[item_id]
        if may_arrive(item):
            self._take(item, scan)
        elif item.state is ItemState.MISSING and scan.barcode not in self._strays:
            self._report_stray(scan, item.isbn, quantity=1, known=True)
        else:
            self._already.append(scan.barcode or "")
        return True

    def take_any(self, scan: Scan) -> None:
        """Takes as many matching items as were counted, or one that has no barcode yet; reports those left over."""
        if scan.barcode is not None and scan.barcode in self._strays:
            self._already.append(scan.barcode)
            return
        if self.take_known_barcode(scan):
            return
        named = [self._items[item_id] for item_id in self._by_title.get(scan.line_key or scan.isbn, ())]
        matching = [item for item in named if _matches(scan, item)]
        free = [item for item in matching if may_arrive(item) and not (scan.barcode and item.barcode)]
        taken = sorted(free, key=take_order)[: scan.quantity]
        for item in taken:
            self._take(item, scan)
        if len(taken) < scan.quantity:
            isbn = scan.isbn or next((item.isbn for item in matching), "")
            self._report_stray(scan, isbn, quantity=scan.quantity - len(taken), known=bool(matching))

    def close(self, parcel_id: str | None) -> None:
        """Marks outstanding items of the parcel, or of all, as missing: nothing more will arrive."""
        for item in list(self._items.values()):
            if item.state is ItemState.OUTSTANDING and parcel_id in (None, item.parcel_id):
                self._take(item, Scan(condition=Condition.MISSING))

    def outcome(self) -> Outcome:
        """Returns the changes, in the order of the items."""
        changed = tuple(item for key, item in self._items.items() if item != self._before[key])
        return Outcome(changed, tuple(self._found), tuple(self._already))

    def _take(self, item: Item, scan: Scan) -> None:
        state = _STATES[scan.condition]
        barcode = item.barcode or scan.barcode
        self._items[item.item_id] = replace(item, state=state, barcode=barcode, servicing=scan.servicing)
        if barcode:
            self._by_barcode[barcode] = item.item_id
        kind = _DISCREPANCIES.get(state, DiscrepancyKind.SERVICING if scan.servicing else None)
        # Nobody waits for goods without a copy that did not come.
        if kind is not None and (item.copy is not None or kind is not DiscrepancyKind.SHORT):
            found = Discrepancy(kind, item.isbn, copy=item.copy, barcode=barcode, note=scan.note, servicing=scan.servicing)
            self._found.append(found)

    def _report_stray(self, scan: Scan, isbn: str, *, quantity: int, known: bool) -> None:
        kind = DiscrepancyKind.SURPLUS if known else DiscrepancyKind.WRONG_ITEM
        note = "more than advised" if known else f"not advised: {scan.barcode or scan.isbn or scan.line_key}"
        if scan.condition is Condition.DAMAGED:
            note += "; damaged"
        self._found.append(Discrepancy(kind, isbn, quantity, barcode=scan.barcode, note=note))
        if scan.barcode:
            self._strays.add(scan.barcode)


def may_arrive(item: Item) -> bool:
    """Whether an item may still arrive: outstanding, or missing and its copy was not given other goods in the meantime."""
    return item.state is ItemState.OUTSTANDING or (item.state is ItemState.MISSING and not item.is_replaced)


def _awaits(item: Item, scan: Scan) -> bool:
    """Whether the scan can settle the item: it may arrive, or what is reported missing was not settled before."""
    return item.state is ItemState.OUTSTANDING if scan.condition is Condition.MISSING else may_arrive(item)


def _matches(scan: Scan, item: Item) -> bool:
    line_matches = scan.line_key is None or (item.copy is not None and item.copy.line_key == scan.line_key)
    return line_matches and scan.isbn in (None, item.isbn)


def take_order(item: Item) -> tuple[bool, bool, bool]:
    """Sorts outstanding before missing, items with a copy before those without, items without a barcode before those with one."""
    return (item.state is not ItemState.OUTSTANDING, item.copy is None, item.barcode is not None)
