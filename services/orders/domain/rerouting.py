"""Open copies that follow a delivery rule: where each is unpacked from now on, and whose suppliers a person must tell. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.orders.domain.copies import Change, Copy, named_copies
from services.orders.domain.open_order import OpenOrder
from services.orders.domain.routes import ChooseRule
from services.orders.domain.switching import OPEN, ROUTE_MARK
from shared.contracts.base import Place, RouteKind
from shared.contracts.trials import TrialArm
from shared.sourcing.routes import Offered, RouteRule


@dataclass(frozen=True, slots=True)
class RoutedCopy:
    """An open copy that is to be unpacked elsewhere than a rule says. `place`: where; None where nobody said.

    `route_trial`: the trial of deliveries in which it was ordered, and its arm.
    """

    copy_id: UUID
    order_id: UUID
    line_key: str
    copy_number: int
    supplier_id: str
    material: str
    branch: Place
    place: Place | None
    route_trial: TrialArm | None = None


@dataclass(frozen=True, slots=True)
class Rerouted:
    """A copy, and where it is unpacked from now on. `untold`: a person must tell its supplier, which takes no changes.

    `on_the_way`: its goods were despatched, so that its supplier is told nothing now.
    """

    copy: RoutedCopy
    place: Place
    untold: bool
    on_the_way: bool = False


def follow_rule(
    rule: RouteRule,
    copies: Iterable[RoutedCopy],
    rule_for: ChooseRule,
    offered: Mapping[str, Offered],
    taking: Collection[str],
) -> list[Rerouted]:
    """Returns those of the copies for which the rule decides, with their new places.

    `rule_for`: what decides today. `offered`: the routes of each supplier that states some. `taking`: the suppliers
    whose exchange tells them of changed routes.
    """
    moved = []
    for copy in copies:
        decides = rule_for(copy.branch.code, copy.material, copy.supplier_id, copy.route_trial)
        if decides is not None and decides.rule_id == rule.rule_id:
            place = rule.place_for(copy.branch)
            knows = copy.supplier_id in taking or _delivers_there_anyway(copy, place, offered)
            moved.append(Rerouted(copy, place, untold=not knows))
    return moved


def _delivers_there_anyway(copy: RoutedCopy, place: Place, offered: Mapping[str, Offered]) -> bool:
    """Returns whether nobody told the supplier a place, and it can only deliver to the branch, which is the new place, too."""
    return copy.place is None and place.code == copy.branch.code and offered.get(copy.supplier_id) == {RouteKind.DIRECT}


def rerouted_in_words(moved: Iterable[Rerouted], reason: str) -> dict[str, str]:
    """Returns what the timeline says of each line: its copies, where they go now, and where they were to go before."""
    by_line: defaultdict[str, defaultdict[tuple[str, str], list[int]]] = defaultdict(lambda: defaultdict(list))
    for each in moved:
        before = "where the supplier delivers by itself" if each.copy.place is None else each.copy.place.code
        by_line[each.copy.line_key][each.place.code, before].append(each.copy.copy_number)
    said = {
        line_key: [f"{named_copies(which)} to {now} instead of {before}" for (now, before), which in groups.items()]
        for line_key, groups in by_line.items()
    }
    return {line_key: f"delivered elsewhere: {'; '.join(groups)}: {reason}" for line_key, groups in said.items()}


def with_untold(order: OpenOrder, moved: Iterable[Rerouted]) -> OpenOrder:
    """Returns the order with the copies whose suppliers a person must tell their new places."""
    untold = {each.copy.copy_id: each.place.code if each.untold else None for each in moved}
    copies = [replace(copy, untold_place=untold.get(copy.copy_id, copy.untold_place)) for copy in order.copies]
    return replace(order, copies=copies)


def with_told(order: OpenOrder, line_keys: Collection[str]) -> tuple[OpenOrder, list[UUID]]:
    """Returns the order once the suppliers of these lines were told, and the copies that were untold."""
    told = [copy.copy_id for copy in order.copies if copy.line_key in line_keys and copy.untold_place is not None]
    copies = [replace(copy, untold_place=None) if copy.line_key in line_keys else copy for copy in order.copies]
    return replace(order, copies=copies), told


def asking_to_tell(order: OpenOrder, changes: Sequence[Change], attention: Mapping[str, str]) -> Mapping[str, str]:
    """Returns what lines ask of a person once changes are made, together with the places that suppliers are to be told.

    `attention`: what the changes ask, by line key; other lines go on asking what they ask.
    """
    marked = {key for key, line in order.lines.items() if ROUTE_MARK in line.attention}
    copies = order.after(changes, {}).copies if marked or any(copy.untold_place for copy in order.copies) else ()
    untold: defaultdict[str, list[Copy]] = defaultdict(list)
    for copy in copies:
        if copy.untold_place is not None:
            untold[copy.line_key].append(copy)
    asked = dict(attention)
    for key in marked | untold.keys():
        before = order.lines[key].attention
        text = _asking(attention.get(key, before), order, key, untold.get(key, ()))
        if key in attention or text != before:
            asked[key] = text
    return asked


def _asking(attention: str, order: OpenOrder, line_key: str, untold: Sequence[Copy]) -> str:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for copy in untold:
        if copy.state in OPEN and copy.untold_place is not None:
            places[copy.untold_place].append(copy.copy_number)
    before = attention.partition(ROUTE_MARK)[0].strip()
    if not places:
        return before
    where = "; ".join(f"{named_copies(numbers)} to {code}" for code, numbers in places.items())
    asks = (
        f"{ROUTE_MARK} tell {order.lines[line_key].supplier_id} to deliver {where}: it takes no changes of an order from "
        f"Stockbridge. Then say so with POST /v1/orders/{order.order_id}/supplier-told."
    )
    return f"{before} {asks}".strip()
