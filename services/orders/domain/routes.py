"""Where the copies of a new order are unpacked, by the council's delivery rules. Pure; changes nothing else of an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache

from services.orders.domain.placing import PlacedOrder
from shared.contracts.base import Place
from shared.sourcing.routes import Offered, RouteRule, deciding_route

# Branch, material and supplier -> where to unpack, or none where no rule says so.
ChoosePlace = Callable[[Place, str, str], Place | None]
# Code of the branch, material and supplier -> the rule that decides, if any.
ChooseRule = Callable[[str, str, str], RouteRule | None]


def rule_chooser(rules: Sequence[RouteRule], offered: Mapping[str, Offered], on: date) -> ChooseRule:
    """Returns which of a council's rules decides on a day; it is found once for a branch, material and supplier."""

    @cache
    def rule_for(branch: str, material: str, supplier_id: str) -> RouteRule | None:
        scope = {"branch": branch, "material": material, "supplier_id": supplier_id}
        return deciding_route(rules, **scope, offered=offered.get(supplier_id), on=on)

    return rule_for


def place_chooser(rules: Sequence[RouteRule], offered: Mapping[str, Offered], on: date) -> ChoosePlace:
    """Returns the choice of places by a council's rules of a day."""
    rule_for = rule_chooser(rules, offered, on)

    def place_for(branch: Place, material: str, supplier_id: str) -> Place | None:
        rule = rule_for(branch.code, material, supplier_id)
        return None if rule is None else rule.place_for(branch)

    return place_for


def with_places(order: PlacedOrder, place_for: ChoosePlace) -> PlacedOrder:
    """Returns the order with the place where each copy is to be unpacked."""
    lines = []
    for line in order.lines:
        of = line.asked.material, line.supplier_id
        copies = tuple(replace(copy, deliver_to=place_for(copy.branch, *of)) for copy in line.copies)
        lines.append(replace(line, copies=copies))
    return replace(order, lines=tuple(lines))
