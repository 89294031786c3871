"""Decides what a place finds when it unpacks a consignment, and the receipts it sends. Pure: depends on seed and goods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from local.lms.chance import Chance
from local.lms.orders import CopyKey

_DAMAGED = 0.03
_SHORT = 0.03
_SURPLUS = 0.06
_WRONG = 0.05
_IN_TWO = 0.2
_REPEATED = 0.25
# Two titles that nobody orders here, found in a wrong box.
_UNORDERED_ISBNS = ("9780199535569", "9780199232765")
_OUTSTANDING = "outstanding"


class Find(StrEnum):
    """The condition in which one item is found."""

    OK = "ok"
    DAMAGED = "damaged"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Thing:
    """One item that a consignment should contain. `key` is the key of its copy, if any; `item` is the item's id."""

    item: str
    key: CopyKey | None
    isbn: str
    line_key: str | None
    barcode: str | None
    state: str = _OUTSTANDING


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt. `good` of its scans are advised and undamaged items; `repeated`: it is sent twice."""

    scans: tuple[dict[str, str], ...]
    good: int
    complete: bool
    repeated: bool

    def body(self) -> dict[str, object]:
        """Returns the receipt in the form of the delivery service."""
        return {"scans": list(self.scans), "complete": self.complete}


def find(chance: Chance, leg: str, thing: Thing) -> Find:
    """Returns the condition in which an item is found at the end of a leg."""
    if thing.key is None:
        return Find.OK
    if chance.happens(_SHORT, "short", leg, thing.key):
        return Find.SHORT
    return Find.DAMAGED if chance.happens(_DAMAGED, "damaged", leg, thing.key) else Find.OK


def plan_receipts(chance: Chance, leg: str, things: Sequence[Thing]) -> list[Receipt]:
    """Returns the receipts for a consignment: one, or two if the place unpacks in two steps, none if nothing is outstanding.

    Short items are known only when everything is unpacked, so only the last receipt can be complete.
    """
    awaited = [thing for thing in things if thing.state == _OUTSTANDING]
    if not awaited:
        return []
    finds = {thing.item: find(chance, leg, thing) for thing in awaited}
    scans = [_scan(chance, thing, finds[thing.item]) for thing in awaited if finds[thing.item] is not Find.SHORT]
    about = (leg, min(str(thing.key) for thing in things))
    complete = len(scans) < len(awaited)
    strays = _strays(chance, about, things, short={t.isbn for t in awaited if finds[t.item] is Find.SHORT})
    # A hub sends on the goods of one receipt together, so it never splits a consignment into two receipts.
    cut = len(scans) // 2 if leg != "to_hub" and chance.happens(_IN_TWO, "in two", *about) else 0
    repeated = [chance.happens(_REPEATED, "repeated", go, *about) for go in ("first", "last")]
    first = [Receipt(tuple(scans[:cut]), _good(scans[:cut]), complete=False, repeated=repeated[0])] if cut else []
    last = Receipt((*scans[cut:], *strays), _good(scans[cut:]), complete=complete, repeated=repeated[1])
    return [*first, last] if last.scans or last.complete else first


def _good(scans: Sequence[dict[str, str]]) -> int:
    return sum(scan["condition"] == Find.OK for scan in scans)


def _scan(chance: Chance, thing: Thing, found: Find) -> dict[str, str]:
    """Returns a scan of the item's barcode, or of a new barcode that the place puts on it."""
    scan = {"condition": "damaged" if found is Find.DAMAGED else "ok"}
    if thing.barcode is not None:
        return {**scan, "barcode": thing.barcode}
    scan |= {"barcode": "2" + chance.digits(13, "barcode", thing.key or thing.item), "isbn": thing.isbn}
    return {**scan, "line_key": thing.line_key} if thing.line_key else scan


def _strays(chance: Chance, about: tuple[str, ...], things: Sequence[Thing], *, short: set[str]) -> list[dict[str, str]]:
    """Returns scans of items that were not advised: one more of a title, or a title that is not in the consignment.

    Never one more of a title that is short: it would count as the missing copy.
    """
    surplus = [thing.isbn for thing in things if thing.isbn not in short]
    strays = []
    if surplus and chance.happens(_SURPLUS, "surplus", *about):
        strays.append({"barcode": "8" + chance.digits(13, "surplus", *about), "isbn": surplus[0]})
    if chance.happens(_WRONG, "wrong", *about):
        wrong = next(isbn for isbn in _UNORDERED_ISBNS if all(thing.isbn != isbn for thing in things))
        strays.append({"barcode": "9" + chance.digits(13, "wrong", *about), "isbn": wrong})
    return strays
