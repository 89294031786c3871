"""Where copies go once their branch, or the branch that was to unpack them, is closed, and which suppliers must be told. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from services.orders.domain.copies import named_copies
from services.orders.domain.open_order import OpenOrder
from services.orders.domain.rerouting import Rerouted, RoutedCopy
from services.orders.domain.routes import ChooseRule
from shared.contracts.base import Place, PlaceKind, RouteKind
from shared.sourcing.routes import Offered


@dataclass(frozen=True, slots=True)
class MovableCopy:
    """A copy that was not received yet, of a closed branch or unpacked there, with the branches that it was for before its own.

    `is_open`: nothing was despatched for it, so that its supplier can still deliver it elsewhere. `untold`: the place that a
    person must tell its supplier already; None where there is nothing to tell. `asked`: the council named its place itself.
    """

    copy: RoutedCopy
    is_open: bool
    former: tuple[Place, ...] = ()
    untold: str | None = None
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """A copy that is for another branch from now on. `former`: those that it was for before, the first one first.

    `place`: where it is unpacked; None where nobody said. `told`: its supplier's exchange tells it so. `untold`: the place that
    a person must tell it; None where there is nothing to tell.
    """

    copy: RoutedCopy
    branch: Place
    former: tuple[Place, ...]
    place: Place | None
    told: bool = False
    untold: str | None = None


def move_copies(
    branch: Place,
    copies: Iterable[MovableCopy],
    rule_for: ChooseRule,
    offered: Mapping[str, Offered],
    taking: Collection[str],
) -> list[Moved]:
    """Returns where copies go with the branch that takes over.

    `rule_for`: what decides today. `offered`: the routes of each supplier that states some. `taking`: the suppliers whose
    exchange tells them of changed routes.
    """
    return [_moved(branch, each, rule_for, offered.get(each.copy.supplier_id), taking) for each in copies]


def _moved(branch: Place, movable: MovableCopy, rule_for: ChooseRule, routes: Offered | None, taking: Collection[str]) -> Moved:
    copy = movable.copy
    # A supplier that only delivers to branches does so without being told.
    before = copy.place or (copy.branch if routes == {RouteKind.DIRECT} else None)
    follows = movable.is_open and not movable.asked
    rule = rule_for(branch.code, copy.material, copy.supplier_id, copy.route_trial) if follows else None
    place = rule.place_for(branch) if rule is not None else _as_before(before, copy.branch, branch)
    moved = Moved(copy, branch, (*movable.former, copy.branch), place, untold=movable.untold)
    if not movable.is_open:
        return moved
    if place is None:
        # Perhaps it goes through its supplier's hub, which needs no telling, perhaps straight to the closed branch.
        return moved if routes == {RouteKind.HUB} else replace(moved, untold=branch.code)
    if before is not None and (before.code, before.kind) == (place.code, place.kind):
        return moved
    takes = copy.supplier_id in taking
    return replace(moved, told=takes, untold=None if takes else place.code)


def _as_before(before: Place | None, closed: Place, branch: Place) -> Place | None:
    """Returns where a copy is unpacked that no rule decides for: at the same hub or asked place, or at its branch."""
    return branch if before is not None and (before.code, before.kind) == (closed.code, PlaceKind.BRANCH) else before


def move_places(branch: Place, copies: Iterable[MovableCopy], taking: Collection[str]) -> list[Rerouted]:
    """Returns copies of other branches that were to be unpacked at a closed one: the branch that takes over unpacks them.

    `taking`: the suppliers whose exchange tells them of changed routes.
    """
    moved = []
    for each in copies:
        untold = each.copy.supplier_id not in taking if each.is_open else each.untold is not None
        moved.append(Rerouted(each.copy, branch, untold=untold, on_the_way=not each.is_open))
    return moved


def moved_in_words(moved: Iterable[Moved], reason: str) -> dict[str, str]:
    """Returns what the timeline says of each line: its copies, the branches, and where they are unpacked since."""
    by_line: defaultdict[str, defaultdict[tuple[str, str, str], list[int]]] = defaultdict(lambda: defaultdict(list))
    for each in moved:
        unpacked = "" if each.place is None or each.place.code == each.branch.code else f", delivered to {each.place.code}"
        by_line[each.copy.line_key][each.branch.code, each.copy.branch.code, unpacked].append(each.copy.copy_number)
    said = {
        line_key: [f"{named_copies(which)} to {now} instead of {before}{at}" for (now, before, at), which in groups.items()]
        for line_key, groups in by_line.items()
    }
    return {line_key: f"for another branch: {'; '.join(groups)}: {reason}" for line_key, groups in said.items()}


def with_moved(order: OpenOrder, moved: Iterable[Moved]) -> OpenOrder:
    """Returns the order with copies for another branch, and what a person must tell their suppliers."""
    by_id = {each.copy.copy_id: each for each in moved}
    copies = []
    for copy in order.copies:
        each = by_id.get(copy.copy_id)
        if each is not None:
            former = tuple(place.code for place in each.former)
            copy = replace(copy, branch=each.branch.code, former=former, untold_place=each.untold)
        copies.append(copy)
    return replace(order, copies=copies)
