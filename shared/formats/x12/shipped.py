"""Collects what a ship notice states about each item from the levels around it, in any order of nesting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shared.formats.x12.model import Item, Level, Party, ShipNotice

SSCC, PACKAGE = "GM", "CP"
_PACKAGE_MARKS = frozenset({SSCC, PACKAGE, "UC", "AA", "AI", "SM", "SR"})
_SERIAL_NUMBER = "SE"


@dataclass(frozen=True, slots=True)
class Shipped:
    """One item and the levels that contain it, outermost first, its own level last."""

    item: Item
    path: tuple[Level, ...]
    notice: ShipNotice

    @property
    def order_number(self) -> str:
        """The buyer's order: LIN PO, else the nearest PRF01, else the nearest REF PO; "" when absent."""
        prf = next((level.order.number for level in reversed(self.path) if level.order.number), "")
        return self.item.id_of("PO") or prf or self.reference("PO")

    @property
    def order_line(self) -> str:
        """The buyer's order line: LIN PL, else the item's REF LI, else the nearest PRF05; "" when absent."""
        prf = next((level.order.line for level in reversed(self.path) if level.order.line), "")
        own = next((one.value for one in self.path[-1].references if one.type == "LI"), "")
        return self.item.id_of("PL") or own or prf

    @property
    def packages(self) -> tuple[str, ...]:
        """The SSCCs (MAN GM) of the package around the item, else of the packages below it; else package numbers (MAN CP)."""
        for kind in (SSCC, PACKAGE):
            for level in reversed(self.path):
                if found := tuple(mark.number for mark in level.marks if mark.type == kind):
                    return found
            below = (mark for level in self.path[-1].walk() for mark in level.marks)
            if found := tuple(mark.number for mark in below if mark.type == kind):
                return found
        return ()

    @property
    def barcodes(self) -> tuple[str, ...]:
        """Numbers of single copies: marks (MAN) at and below the item that are not a package's, and serial numbers (REF SE)."""
        found = []
        for level in self.path[-1].walk():
            found += [mark.number for mark in level.marks if mark.type not in _PACKAGE_MARKS]
            found += [one.value for one in level.references if one.type == _SERIAL_NUMBER]
        return tuple(dict.fromkeys(found))

    @property
    def ship_to(self) -> Party | None:
        """The nearest party of role ST."""
        return self.party("ST")

    def party(self, role: str) -> Party | None:
        """Returns the nearest party of a role (N101), from the item outwards."""
        for parties in (*(level.parties for level in reversed(self.path)), self.notice.parties):
            if found := next((party for party in parties if party.role == role), None):
                return found
        return None

    def reference(self, kind: str) -> str:
        """Returns the nearest reference of a type (REF01), from the item outwards; "" when absent."""
        for references in (*(level.references for level in reversed(self.path)), self.notice.references):
            if found := next((one.value for one in references if one.type == kind), ""):
                return found
        return ""


def items(notice: ShipNotice) -> Iterator[Shipped]:
    """Yields the items of a notice, in the order of the message. Packing details below an item are not items themselves."""
    for level in notice.levels:
        yield from _below(notice, (level,))


def _below(notice: ShipNotice, path: tuple[Level, ...]) -> Iterator[Shipped]:
    item = path[-1].item
    if item is not None and (item.ids or not any(level.item is not None for level in path[:-1])):
        yield Shipped(item, path, notice)
    for child in path[-1].children:
        yield from _below(notice, (*path, child))
