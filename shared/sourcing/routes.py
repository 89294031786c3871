"""Defines delivery rules: by which route goods reach a branch, and which of several rules decides.

Pure: must not know tables, events or requests. Delivery owns the rules; the order book decides by its copy of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Place, RouteKind
from shared.contracts.trials import Arm, TrialArm
from shared.sourcing.rules import Mode, Rule, Trail, Trial
from shared.sourcing.trials import Deciding, deciding_by

# What a supplier offers; None where its exchange does not state that, and nothing is known to be impossible.
Offered = Collection[RouteKind] | None


@dataclass(frozen=True, slots=True)
class RouteRule(Rule):
    """States the route of one scope of a council's copies. A supplier, branch or material of None means any.

    `hub` is where goods are unpacked first; None for the route straight to the branch. `open_copies_follow`: so do copies that
    were ordered before. Only its owner knows the `trail` of a rule.
    """

    SCOPE: ClassVar[tuple[str, ...]] = ("supplier_id", "branch", "material")
    SAYS: ClassVar[tuple[str, ...]] = ("route", "hub")
    PATH: ClassVar[str] = "/v1/route-rules"

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
    trial: Trial | None = None
    trail: Trail = field(default_factory=Trail)

    @property
    def route(self) -> RouteKind:
        """The kind of route."""
        return RouteKind.DIRECT if self.hub is None else RouteKind.HUB

    def covers(self, *, branch: str, material: str, supplier_id: str, on: date) -> bool:
        """Returns whether the rule applies to this branch, material and supplier on that day."""
        scope = ((self.branch, branch), (self.material, material), (self.supplier_id, supplier_id))
        return self.applies(on) and all(named in (None, actual) for named, actual in scope)

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

    Within a rank, `Rule.precedence` decides.
    """
    scope = {"branch": branch, "material": material, "supplier_id": supplier_id}
    possible = (rule for rule in rules if rule.covers(**scope, on=on) and is_offered(rule, offered))
    return max(possible, key=weight, default=None)


def weight(rule: RouteRule) -> tuple[bool, bool, bool, date, bool, int]:
    """Returns what ranks a rule among others that apply to the same copies."""
    return rule.branch is not None, rule.supplier_id is not None, rule.material is not None, *rule.precedence


def deciding_routes(
    rules: Collection[RouteRule], *, branch: str, material: str, supplier_id: str, offered: Offered, on: date
) -> Deciding[RouteRule]:
    """Returns what decides among the delivery rules of one council, for the arms of a trial each where one covers the copies."""

    def decide(some: Iterable[RouteRule]) -> RouteRule | None:
        return deciding_route(some, branch=branch, material=material, supplier_id=supplier_id, offered=offered, on=on)

    return deciding_by(decide, rules)


def of_open_copy(decided: Deciding[RouteRule], drawn: TrialArm | None) -> RouteRule | None:
    """Returns the rule that decides now for a copy that was ordered before; `drawn`: the trial and arm of its route.

    No arm is drawn again. Only copies in the pilot arm of the trial that runs are served by it; others as if it had no rules.
    """
    if decided.trial is None:
        return decided.rule
    return decided.of(Arm.PILOT if drawn == decided.drawn(Arm.PILOT) else Arm.CONTROL)
