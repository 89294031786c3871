"""A switch of the delivery strand: what it does to delivery rules, and what becomes of open copies. Pure.

The rules that it adds decide for its whole scope, whatever other rules there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import product
from uuid import UUID

from services.delivery.domain.routes import Supplier, deciding_of
from shared.contracts.base import Place, PlaceKind, RouteKind
from shared.contracts.trials import TrialArm
from shared.errors import Fault
from shared.ids import new_id
from shared.sourcing.routes import RouteRule, deciding_route, deciding_routes, of_open_copy, weight
from shared.sourcing.rules import Mode
from shared.sourcing.switches.planning import Switch
from shared.sourcing.warnings import RuleWarning, out_of_trials


class OpenCopies(StrEnum):
    """What becomes of copies that are ordered and not despatched: they stay with their route, or follow the new one."""

    DRAIN = "drain"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class Route:
    """The way to the branch; straight where there is no hub."""

    hub: Place | None

    @property
    def kind(self) -> RouteKind:
        """The kind of route."""
        return RouteKind.DIRECT if self.hub is None else RouteKind.HUB


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSwitch(Switch):
    """A switch of a scope to another route. `from_supplier` is whose goods they are; None: any supplier that offers the route.

    `hub` is where they are unpacked; None for the route straight to the branch.
    """

    hub: Place | None
    open_copies: OpenCopies

    @property
    def route(self) -> Route:
        """The new route."""
        return Route(self.hub)

    def may_meet(self, other: RouteSwitch) -> bool:
        """Returns whether both may be about the same supplier."""
        return None in (self.from_supplier, other.from_supplier) or self.from_supplier == other.from_supplier

    def cells(self, on: date) -> list[RouteRule]:
        """Returns the rules of the bare scope, one for each branch and material, as they begin on a day."""
        cells = self.scope.cells_within((None, None))
        return [self._rule(self.from_supplier, branch, material, on) for branch, material in cells]

    def _rule(self, supplier_id: str | None, branch: str | None, material: str | None, on: date) -> RouteRule:
        return RouteRule(
            rule_id=new_id(),
            council=self.council,
            supplier_id=supplier_id,
            branch=branch,
            material=material,
            valid_from=on,
            valid_to=None,
            mode=Mode.LIVE,
            hub=self.hub,
            reason=self.reason,
            open_copies_follow=self.open_copies is OpenCopies.MOVE,
        )


@dataclass(frozen=True, slots=True)
class RouteChanges:
    """The delivery rules that a switch ends on its first day, and those that it adds."""

    ended: tuple[RouteRule, ...] = ()
    added: tuple[RouteRule, ...] = ()

    def after(self, rules: Iterable[RouteRule]) -> list[RouteRule]:
        """Returns the rules as they are once it has begun."""
        ended = {rule.rule_id for rule in self.ended}
        return [*(rule for rule in rules if rule.rule_id not in ended), *self.added]


def route_changes(switch: RouteSwitch, rules: Sequence[RouteRule], on: date) -> RouteChanges:
    """Returns what a switch that begins on a day does to the council's rules.

    Rules inside its scope end. Its own rules take their place; where a rule that reaches beyond the scope would outrank them,
    another of theirs covers what both have in common. What takes the route already is left as it is, unless open copies are to
    follow it, or it begins with a rule of the same scope. Rules of trials are left alone.
    """
    current = _current(rules, on)
    follow = switch.open_copies is OpenCopies.MOVE
    cells = [cell for cell in switch.cells(on) if follow or not _is_so(cell, current, on)]
    inside = [rule for rule in current if any(_within(rule, cell) for cell in cells)]
    ended = tuple(rule for rule in inside if follow or not _same_place(rule, switch.hub))
    left = [rule for rule in current if rule not in ended]
    above = [rule for rule in left if follow or not _same_place(rule, switch.hub)]
    added = [*cells, *(_common(cell, rule) for cell in cells for rule in above if _outranks(rule, cell))]
    own = tuple({(rule.supplier_id, rule.branch, rule.material): rule for rule in added}.values())
    tied = tuple(rule for rule in inside if rule not in ended and any(rule.ties(one, on) for one in own))
    return RouteChanges((*ended, *tied), own)


def route_warnings(
    changes: RouteChanges, rules: Sequence[RouteRule], suppliers: Mapping[str, Supplier], on: date
) -> list[RuleWarning]:
    """Returns what a switch that begins on a day would take out of trials of deliveries."""
    return out_of_trials(changes.added, rules, changes.after(rules), deciding_of(suppliers), on)


def takes_route(switch: RouteSwitch, rules: Sequence[RouteRule], on: date) -> bool:
    """Returns whether rules say the route already, for the whole scope and for good."""
    return all(_is_so(cell, _current(rules, on), on) for cell in switch.cells(on))


def _current(rules: Iterable[RouteRule], on: date) -> list[RouteRule]:
    of_none = (rule for rule in rules if rule.trial is None)
    return [rule for rule in of_none if rule.valid_to is None or rule.valid_to > max(on, rule.valid_from)]


def _is_so(cell: RouteRule, rules: Iterable[RouteRule], on: date) -> bool:
    """Returns whether rules say the cell's route already, on each day from then on.

    What no rule names is decided the same way: one name stands for all of it, and the days on which rules change for all others.
    """
    meeting = [rule for rule in rules if rule.meets(cell)]
    days = {on, *(day for rule in meeting for day in (rule.valid_from, rule.valid_to) if day is not None and day > on)}
    suppliers, branches, materials = (_named(cell, meeting, name) for name in RouteRule.SCOPE)
    decided = (
        deciding_route(meeting, supplier_id=supplier_id, branch=branch, material=material, offered=None, on=day)
        for supplier_id, branch, material, day in product(suppliers, branches, materials, days)
    )
    return all(rule is not None and _same_place(rule, cell.hub) for rule in decided)


def _named(cell: RouteRule, rules: Iterable[RouteRule], name: str) -> set[str]:
    own = getattr(cell, name)
    return {getattr(rule, name) or "" for rule in rules} | {""} if own is None else {own}


def _outranks(rule: RouteRule, cell: RouteRule) -> bool:
    return rule.meets(cell) and weight(rule)[:3] > weight(cell)[:3]


def _common(cell: RouteRule, rule: RouteRule) -> RouteRule:
    """Returns the cell's rule for what it has in common with another one."""
    named = {name: getattr(cell, name) or getattr(rule, name) for name in RouteRule.SCOPE}
    return replace(cell, rule_id=new_id(), **named)


def _within(rule: RouteRule, outer: RouteRule) -> bool:
    return all(getattr(outer, name) in (None, getattr(rule, name)) for name in RouteRule.SCOPE)


def _same_place(rule: RouteRule, hub: Place | None) -> bool:
    return (rule.hub and rule.hub.code) == (hub and hub.code)


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """How many open copies, which the council still wants, have the same branch, supplier, material, place and trial.

    `place`: where they are unpacked, None where nobody said. `material` is None where an earlier release did not keep it.
    `route_trial`: the trial of deliveries in which they were ordered, and their arm.
    """

    branch: Place
    supplier_id: str
    material: str | None
    place: Place | None
    copies: int
    route_trial: TrialArm | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Open copies, and where they are to be unpacked by the rules of a switch; None where these do not decide for them.

    `by_person`: a person must tell their supplier, which takes no such news from its exchange.
    """

    group: OpenGroup
    wanted: Place | None
    by_person: bool

    @property
    def is_there(self) -> bool:
        """Whether they are unpacked there already."""
        now = self.group.place
        return now is not None and self.wanted is not None and (now.code, now.kind) == (self.wanted.code, self.wanted.kind)


def outlook(
    groups: Iterable[OpenGroup],
    rules: Collection[RouteRule],
    own: Collection[UUID],
    suppliers: Mapping[str, Supplier],
    on: date,
) -> list[Outlook]:
    """Returns where open copies are to be unpacked by the rules of a switch (`own`), among all that the council has on a day."""
    found = []
    for group in groups:
        supplier = suppliers.get(group.supplier_id)
        decided = deciding_routes(
            rules,
            branch=group.branch.code,
            material=group.material or "",
            supplier_id=group.supplier_id,
            offered=None if supplier is None else supplier.routes,
            on=on,
        )
        rule = of_open_copy(decided, group.route_trial)
        decides = rule is not None and rule.rule_id in own
        wanted = rule.place_for(group.branch) if rule is not None and decides else None
        found.append(Outlook(group, wanted, by_person=supplier is None or not supplier.takes_route_changes))
    return found


class Stage(StrEnum):
    """Where open copies of a switch are: `waiting` for their new place, `there`, or `staying` with their route."""

    WAITING = "waiting"
    THERE = "there"
    STAYING = "staying"


def stage_of(found: Outlook, *, moves: bool) -> Stage:
    """Returns where open copies are. `moves`: whether the switch is still to give them its route."""
    if found.is_there:
        return Stage.THERE
    return Stage.WAITING if moves and found.wanted is not None else Stage.STAYING


def supplier_faults(switch: RouteSwitch, suppliers: Mapping[str, Supplier]) -> Iterator[Fault]:
    """Yields a fault for a supplier without an exchange, and for a route that it, or every supplier, does not offer."""
    listed = ", ".join(suppliers) or "none yet"
    if switch.from_supplier is not None and switch.from_supplier not in suppliers:
        text = f"No exchange serves supplier {switch.from_supplier!r}. Known: {listed}; name one of these, or null for any."
        yield Fault("/from_supplier", "unknown-supplier", text)
        return
    asked = [one for one in suppliers.values() if switch.from_supplier in (None, one.supplier_id)]
    (cell, *_) = switch.cells(switch.first_day)
    if not any(one.offers(cell) for one in asked):
        refusals = " ".join(one.refusal(cell) for one in asked) or "No supplier has an exchange yet."
        yield Fault("/route", "route-not-offered", f"{refusals} Choose another route, or have the supplier's profile corrected.")


def branch_faults(asked: Sequence[str], known: Collection[str]) -> Iterator[Fault]:
    """Yields a fault for each branch for which nothing was ever ordered and no delivery rule was made."""
    for index, code in enumerate(asked):
        if code not in known:
            text = (
                f"Nothing was ever ordered for a branch {code!r}, and no delivery rule names it. Correct the code; for a new "
                "branch, add a rule with POST /v1/route-rules."
            )
            yield Fault(f"/branches/{index}", "unknown-branch", text)


def scope_faults(*, covered: bool, changes_nothing: bool) -> Iterator[Fault]:
    """Yields a fault for a scope that has no copies and no rules (`covered`), and for one whose goods take the route already."""
    if not covered:
        text = (
            "No copy of these branches and materials was ever ordered from the supplier, and no delivery rule is about them. "
            "Name others, or add a rule with POST /v1/route-rules."
        )
        yield Fault("/branches", "covers-nothing", text)
    elif changes_nothing:
        text = "Goods of these branches and materials take this route already. Name another route, or another scope."
        yield Fault("/route", "same-route", text)


def place_of(code: str | None, kind: str | None) -> Place | None:
    """Returns a place by what identifies it; None for no code."""
    return None if code is None else Place(code=code, kind=PlaceKind(kind or PlaceKind.BRANCH.value))
