"""Where the copies of a new order are unpacked, by the council's delivery rules. Pure; changes nothing else of an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import NamedTuple

from services.orders.domain.asked import AskedOrder
from services.orders.domain.placing import PlacedOrder, units_of
from services.orders.domain.register import Register
from shared.contracts.base import Place, PlaceKind, RouteKind
from shared.contracts.trials import TrialArm
from shared.errors import Fault
from shared.sourcing.routes import Offered, RouteRule, deciding_routes, of_open_copy
from shared.sourcing.trials import Chooser, Deciding, Units, choosing


class Routing(NamedTuple):
    """Where a copy is unpacked; None where no rule says so. `trial`: the trial that drew this, and the copy's arm."""

    deliver_to: Place | None
    trial: TrialArm | None


# Branch, material, supplier and units -> where to unpack.
ChoosePlace = Callable[[Place, str, str, Units], Routing]
# Code of the branch, material, supplier, and the trial and arm of a copy's route -> the rule that decides now, if any.
ChooseRule = Callable[[str, str, str, TrialArm | None], RouteRule | None]


def rule_chooser(rules: Sequence[RouteRule], offered: Mapping[str, Offered], on: date) -> ChooseRule:
    """Returns which of a council's rules decides on a day for copies that are ordered already."""
    find = _finder(rules, offered, on)
    return lambda branch, material, supplier_id, drawn: of_open_copy(find(branch, material, supplier_id), drawn)


def place_chooser(rules: Sequence[RouteRule], offered: Mapping[str, Offered], *, council: str, on: date) -> ChoosePlace:
    """Returns the choice of places for new copies by a council's rules of a day."""
    choose = choosing(_finder(rules, offered, on), _served, council=council)

    def place_for(branch: Place, material: str, supplier_id: str, units: Units) -> Routing:
        rule, drawn = choose(units, branch.code, material, supplier_id)
        return Routing(None if rule is None else rule.place_for(branch), drawn)

    return place_for


def _served(rule: RouteRule | None, drawn: TrialArm | None) -> tuple[RouteRule | None, TrialArm | None]:
    return rule, drawn


def _finder(
    rules: Sequence[RouteRule], offered: Mapping[str, Offered], on: date
) -> Callable[[str, str, str], Deciding[RouteRule]]:
    """Returns what decides for a branch, material and supplier; it is found once for them."""

    @cache
    def find(branch: str, material: str, supplier_id: str) -> Deciding[RouteRule]:
        scope = {"branch": branch, "material": material, "supplier_id": supplier_id}
        return deciding_routes(rules, **scope, offered=offered.get(supplier_id), on=on)

    return find


def with_places(order: PlacedOrder, place_for: ChoosePlace) -> PlacedOrder:
    """Returns the order with the place where each copy is to be unpacked."""
    lines = []
    for line in order.lines:
        units = units_of(order.order_number, line.asked.line_number)
        copies = []
        for copy in line.copies:
            deliver_to, trial = place_for(copy.branch, line.asked.material, line.supplier_id, units)
            copies.append(replace(copy, deliver_to=deliver_to, route_trial=trial))
        lines.append(replace(line, copies=tuple(copies)))
    return replace(order, lines=tuple(lines))


def as_asked(order: PlacedOrder, register: Register) -> PlacedOrder:
    """Returns the order with the places that the council named itself: they overrule its delivery rules and trials."""
    lines = []
    for line in order.lines:
        copies = []
        for copy in line.copies:
            if copy.asked.deliver_to is not None:
                place = register.place(copy.asked.deliver_to)
                copy = replace(copy, deliver_to=place, deliver_to_asked=True, route_trial=None)
            copies.append(copy)
        lines.append(replace(line, copies=tuple(copies)))
    return replace(order, lines=tuple(lines))


def route_to(place: Place) -> RouteKind:
    """Returns the route by which a supplier brings goods to a place."""
    return RouteKind.HUB if place.kind is PlaceKind.HUB else RouteKind.DIRECT


def unreachable(asked: AskedOrder, register: Register, choose: Chooser, offered: Mapping[str, Offered]) -> list[Fault]:
    """Returns a fault for each copy whose supplier does not deliver to the kind of place that the council named."""
    found = []
    for i, line in enumerate(asked.lines):
        units = units_of(asked.order_number, line.line_number)
        for j, copy in enumerate(line.copies):
            place = None if copy.deliver_to is None else register.place(copy.deliver_to)
            supplier_id = choose(copy.branch, line.material, units).supplier_id or ""
            routes = offered.get(supplier_id)
            if place is not None and routes is not None and route_to(place) not in routes:
                text = f"{supplier_id} does not deliver to a {place.kind}, which {place.code!r} is: name another place, or none."
                found.append(Fault(f"/lines/{i}/copies/{j}/deliver_to", "route-not-offered", text))
    return found
