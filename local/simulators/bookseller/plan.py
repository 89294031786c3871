"""Decides the fate of each copy of an order, all at once when the order is read. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from local.simulators.bookseller.chance import digits, number, pick, share
from local.simulators.bookseller.options import Options
from local.simulators.bookseller.wire import WireCopy, WireLine, WireOrder
from shared.money import PENNY, to_decimal
from shared.values import with_check_digit

_DEARER = Decimal("1.2")


class Fate(StrEnum):
    """The fate of one copy."""

    SHIPPED = "shipped"
    RELEASED = "released"  # back ordered, sent in the end
    WAITING = "waiting"  # back ordered, never sent
    REFUSED = "refused"


class Run(StrEnum):
    """Which despatch a copy goes with."""

    FIRST = "first"
    LATE = "late"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """The answer about a line and the fates of its copies. `shipped_isbn` differs where a substitute is sent."""

    line: WireLine
    action: str
    status: str
    availability: str
    fates: tuple[tuple[WireCopy, Fate], ...]
    shipped_isbn: str
    substitute: str = ""
    wait_days: int = 0
    offered_price: Decimal | None = None

    def count(self, *fates: Fate) -> int:
        """Returns how many copies have one of the fates."""
        return sum(fate in fates for _, fate in self.fates)

    def with_fate(self, *fates: Fate) -> list[WireCopy]:
        """Returns the copies that have one of the fates."""
        return [copy for copy, fate in self.fates if fate in fates]


@dataclass(frozen=True, slots=True)
class Sent:
    """One copy in a despatch."""

    planned: PlannedLine
    copy: WireCopy


def plan_line(options: Options, order: WireOrder, line: WireLine, catalogue: Sequence[str]) -> PlannedLine:
    """Decides a line. The subject of every decision is (seed, buyer, order number, line, book)."""
    about = (options.seed, order.buyer, order.number, line.position, line.isbn)
    situation = _situation(options, len(line.copies), about)
    released = share(*about, "released") < options.proportions.released
    back_order = Fate.RELEASED if released else Fate.WAITING
    wait = 7 + number(*about, "wait") % 84
    status = pick(("400", "401", "402", "403"), *about, "status")
    availability = pick(("OB", "RP", "TO", "NP"), *about, "availability")
    match situation:
        case "back_order" | "part_back_order":
            fates = _fates(line, back_order, about, part=situation.startswith("part"))
            return PlannedLine(line, "24", status, availability, fates, line.isbn, wait_days=wait)
        case "refuse" | "part_refuse":
            fates = _fates(line, Fate.REFUSED, about, part=situation.startswith("part"))
            action, status = ("24", "223") if situation == "part_refuse" else ("4", "200")
            return PlannedLine(line, action, status, "OP", fates, line.isbn)
        case "substitute_offered":
            other = _other_book(catalogue, line.isbn, about)
            fates = _fates(line, Fate.REFUSED, about, part=False)
            return PlannedLine(line, "4", "210", "OR", fates, line.isbn, other, offered_price=list_price(other))
        case "substitute_sent":
            other = _other_book(catalogue, line.isbn, about)
            return PlannedLine(line, "24", "110", "OR", _fates(line, Fate.SHIPPED, about, part=False), other, other)
        case "price_held":
            return PlannedLine(
                line, "24", "903", "IB", _fates(line, Fate.WAITING, about, part=False), line.isbn, offered_price=_dearer(line)
            )
        case "unknown_code":
            return PlannedLine(line, "", "777", "", _fates(line, Fate.WAITING, about, part=False), line.isbn)
    return PlannedLine(line, "5", "100", "IB", _fates(line, Fate.SHIPPED, about, part=False), line.isbn)


def waiting_line(planned: PlannedLine) -> PlannedLine:
    """Returns a planned line of which nothing is sent."""
    return replace(planned, action="24", status="400", fates=tuple((copy, Fate.WAITING) for copy, _ in planned.fates))


def runs(options: Options, order: WireOrder, planned: Sequence[PlannedLine]) -> Iterator[tuple[Run, str, list[Sent]]]:
    """Yields the despatches of an order: for each run and place, the copies sent together, in the order of lines."""
    groups: dict[tuple[Run, str], list[Sent]] = {}
    for line in planned:
        for copy, fate in line.fates:
            run = _run(options, order, line.line, copy, fate)
            if run is not None:
                groups.setdefault((run, order.unpacked_at or copy.branch), []).append(Sent(line, copy))
    for (run, place), copies in groups.items():
        yield run, place, copies


def _situation(options: Options, copies: int, about: tuple[object, ...]) -> str:
    """Returns the name of the event that happens to a line; events of a part need more than one copy."""
    point = share(*about, "situation")
    names = (
        "back_order", "part_back_order", "refuse", "part_refuse", "substitute_offered", "substitute_sent", "unknown_code",
        "price_held",
    )  # fmt: skip
    for name in names:
        width: float = getattr(options.proportions, name)
        if point < width:
            return name.removeprefix("part_") if copies < 2 else name
        point -= width
    return "accept"


def _fates(line: WireLine, fate: Fate, about: tuple[object, ...], *, part: bool) -> tuple[tuple[WireCopy, Fate], ...]:
    """Returns `fate` for all copies, or for some copies and SHIPPED for the rest."""
    if not part:
        return tuple((copy, fate) for copy in line.copies)
    ranked = sorted(line.copies, key=lambda copy: share(*about, copy.number, "part"))
    affected = {copy.number for copy in ranked[: 1 + number(*about, "size") % (len(ranked) - 1)]}
    return tuple((copy, fate if copy.number in affected else Fate.SHIPPED) for copy in line.copies)


def list_price(isbn: str) -> Decimal:
    """Returns a list price for orders without one: the same book always costs the same."""
    return to_decimal(599 + number(isbn, "price") % 15 * 100, "GBP")


def _dearer(line: WireLine) -> Decimal:
    return ((line.price or list_price(line.isbn)) * _DEARER).quantize(PENNY)


def _other_book(catalogue: Sequence[str], isbn: str, about: tuple[object, ...]) -> str:
    others = [other for other in catalogue if other != isbn]
    if others:
        return pick(others, *about, "substitute")
    return with_check_digit("9780" + digits(8, *about, "substitute"))


def _run(options: Options, order: WireOrder, line: WireLine, copy: WireCopy, fate: Fate) -> Run | None:
    if fate is Fate.RELEASED:
        return Run.RELEASE
    if fate is not Fate.SHIPPED:
        return None
    late_branch = share(options.seed, order.buyer, order.number, copy.branch, "late") < options.proportions.late
    late_copy = share(options.seed, order.buyer, order.number, line.position, line.isbn, copy.number, "late") < 0.5
    return Run.LATE if late_branch and late_copy else Run.FIRST
