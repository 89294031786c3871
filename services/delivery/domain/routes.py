"""Which route a supplier's goods take, and which rules are passed over because the supplier does not offer theirs. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shared.contracts.base import RouteKind
from shared.sourcing.routes import RouteRule, deciding_route, deciding_routes, is_offered
from shared.sourcing.trials import Deciding
from shared.sourcing.warnings import Decide


@dataclass(frozen=True, slots=True)
class Supplier:
    """A supplier that rules can name; `routes` is None where its exchange does not state any.

    `takes_route_changes`: whether its exchange tells it other places for copies that it has on order.
    """

    supplier_id: str
    name: str
    routes: frozenset[RouteKind] | None
    takes_route_changes: bool = False

    def offers(self, rule: RouteRule) -> bool:
        """Returns whether the supplier can do the route of a rule."""
        return is_offered(rule, self.routes)

    def refusal(self, rule: RouteRule) -> str:
        """Returns the words for a route that the supplier does not offer."""
        return f"{self.name} does not offer the route {rule.route.value!r}; it offers: {', '.join(sorted(self.routes or ()))}."


def deciding_of(suppliers: Mapping[str, Supplier]) -> Decide[RouteRule]:
    """Returns what `out_of_trials` asks: a supplier that is named passes over rules whose route it does not offer."""

    def decide(rules: Sequence[RouteRule], scope: Mapping[str, str], on: date) -> RouteRule | None:
        supplier = suppliers.get(scope["supplier_id"])
        return deciding_route(rules, **scope, offered=None if supplier is None else supplier.routes, on=on)

    return decide


@dataclass(frozen=True, slots=True)
class Decided:
    """What decides a route, in each arm of a trial, and the rules that apply but whose route the supplier does not offer."""

    supplier: Supplier
    by: Deciding[RouteRule]
    passed_over: tuple[RouteRule, ...]


def decide(rules: Sequence[RouteRule], supplier: Supplier, *, branch: str, material: str, on: date) -> Decided:
    """Returns what decides among the rules of one council for one supplier's goods."""
    of, offered = supplier.supplier_id, supplier.routes
    by = deciding_routes(rules, branch=branch, material=material, supplier_id=of, offered=offered, on=on)
    covering = (one for one in rules if one.covers(branch=branch, material=material, supplier_id=of, on=on))
    return Decided(supplier, by, tuple(one for one in covering if not supplier.offers(one)))
