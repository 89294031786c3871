"""Defines delivery rules: by which route goods reach a branch, and which of several rules decides.

Pure: must not know tables, events or requests. Delivery owns the rules; the order book decides by its copy of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.contracts.base import Place, RouteKind
from shared.sourcing.rules import Mode

# What a supplier offers; None where its exchange does not state that, and nothing is known to be impossible.
Offered = Collection[RouteKind] | None


@dataclass(frozen=True, slots=True)
class RouteRule:
    """States the route of one scope of a council's copies. A supplier, branch or material of None means any.

    The first day is `valid_from`; `valid_to` is the first day on which the rule no longer applies. `hub` is where goods are
    unpacked first; None for the route straight to the branch. `open_copies_follow`: so do copies that were ordered before.
    """

    rule_id: UUID
    council: str
    supplier_id: str | None
    branch: str | None
    material: str | None
    valid_from: date
    valid_to: date | None
    mode: Mode
    hub: Place | None
    reason: str
    open_copies_follow: bool = False

    @property
    def route(self) -> RouteKind:
        """The kind of route."""
        return RouteKind.DIRECT if self.hub is None else RouteKind.HUB

    def covers(self, *, branch: str, material: str, supplier_id: str, on: date) -> bool:
        """Returns whether the rule applies to this branch, material and supplier on that day."""
        if on < self.valid_from or (self.valid_to is not None and on >= self.valid_to):
            return False
        scope = ((self.branch, branch), (self.material, material), (self.supplier_id, supplier_id))
        return all(named in (None, actual) for named, actual in scope)

    def place_for(self, branch: Place) -> Place:
        """Returns where copies for a branch are unpacked."""
        return branch if self.hub is None else self.hub


def is_offered(rule: RouteRule, offered: Offered) -> bool:
    """Returns whether a supplier that offers these routes can do that of the rule."""
    return offered is None or rule.route in offered


def deciding_route(
    rules: Iterable[RouteRule], *, branch: str, material: str, supplier_id: str, offered: Offered, on: date
) -> RouteRule | None:
    """Returns the rule that decides among the delivery rules of one council, or None if no rule applies.

    A rule whose route the supplier does not offer is passed over. Of the others, the most specific one wins:

        rank   branch   supplier   material
        1      named    named      named
        2      named    named      any
        3      named    any        named
        4      named    any        any
        5      any      named      named
        6      any      named      any
        7      any      any        named
        8      any      any        any        (the whole council)

    Within a rank, the later `valid_from` wins, then the greater rule id, so that the result never depends on the order.
    """
    scope = {"branch": branch, "material": material, "supplier_id": supplier_id}
    possible = (rule for rule in rules if rule.covers(**scope, on=on) and is_offered(rule, offered))
    return max(possible, key=weight, default=None)


def weight(rule: RouteRule) -> tuple[bool, bool, bool, date, int]:
    """Returns what ranks a rule among others that apply to the same copies."""
    named = rule.branch is not None, rule.supplier_id is not None, rule.material is not None
    return *named, rule.valid_from, rule.rule_id.int
