"""What a switch of the route does to rules: its route decides for all of its scope and for nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from services.delivery.domain.routes import Supplier
from services.delivery.domain.switching import (
    OpenCopies,
    OpenGroup,
    RouteSwitch,
    Stage,
    outlook,
    route_changes,
    stage_of,
    takes_route,
)
from shared.contracts.base import Place, PlaceKind, RouteKind
from shared.contracts.switches import SwitchState
from shared.contracts.trials import DrawUnit
from shared.sourcing.routes import RouteRule, deciding_route
from shared.sourcing.rules import Mode, Trial
from shared.sourcing.switches.planning import Scope

TODAY = date(2026, 3, 2)
CSU, OTHER = (Place(code=code, kind=PlaceKind.HUB) for code in ("CSU", "OTHER"))
BRANCHES, SUPPLIERS, MATERIALS = ("IPSW", "LOWE", "MAIN"), ("eastern", "harbour"), ("book", "audio")
EVERYTHING = list(product(BRANCHES, MATERIALS, SUPPLIERS))
hubs = st.sampled_from([None, CSU, OTHER])
days = st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days))


@st.composite
def rules(draw: st.DrawFn) -> RouteRule:
    begins = draw(days)
    return RouteRule(
        rule_id=draw(st.uuids(version=4)),
        council="GB-SFK",
        supplier_id=draw(st.none() | st.sampled_from(SUPPLIERS)),
        branch=draw(st.none() | st.sampled_from(BRANCHES)),
        material=draw(st.none() | st.sampled_from(MATERIALS)),
        valid_from=begins,
        valid_to=draw(st.none() | st.integers(0, 4).map(lambda length: begins + timedelta(days=length))),
        mode=draw(st.sampled_from(Mode)),
        hub=draw(hubs),
        reason="",
    )


@st.composite
def switches(draw: st.DrawFn) -> RouteSwitch:
    return RouteSwitch(
        switch_id=UUID(int=1),
        council="GB-SFK",
        from_supplier=draw(st.none() | st.sampled_from(SUPPLIERS)),
        to_supplier=None,
        scope=Scope(
            tuple(draw(st.lists(st.sampled_from(BRANCHES), max_size=2, unique=True))),
            tuple(draw(st.lists(st.sampled_from(MATERIALS), max_size=1))),
        ),
        first_day=TODAY,
        hub=draw(hubs),
        open_copies=draw(st.sampled_from(OpenCopies)),
        reason="no more hub",
        state=SwitchState.PLANNED,
        planned_at=datetime(2026, 3, 1, tzinfo=UTC),
        planned_by="staff",
    )


def is_inside(switch: RouteSwitch, of: tuple[str, str, str]) -> bool:
    branch, material, supplier = of
    named = ((branch, switch.scope.branches), (material, switch.scope.materials))
    return switch.from_supplier in (None, supplier) and all(not names or one in names for one, names in named)


def decided(rules: list[RouteRule], of: tuple[str, str, str], on: date) -> RouteRule | None:
    branch, material, supplier = of
    return deciding_route(rules, branch=branch, material=material, supplier_id=supplier, offered=None, on=on)


@given(switches(), st.lists(rules(), max_size=6), st.integers(0, 5))
def test_its_route_decides_for_all_of_its_scope_from_then_on_and_nothing_else_changes(
    switch: RouteSwitch, before: list[RouteRule], days: int
) -> None:
    changes = route_changes(switch, before, TODAY)
    ended = [replace(rule, valid_to=max(rule.valid_from, TODAY)) for rule in changes.ended]
    after = [*changes.after(before), *ended]
    on = TODAY + timedelta(days=days)
    for of in EVERYTHING:
        rule = decided(after, of, on)
        if not is_inside(switch, of):
            assert rule == decided(before, of, on)
            continue
        assert rule is not None
        assert (rule.hub and rule.hub.code) == (switch.hub and switch.hub.code)
        assert switch.open_copies is OpenCopies.DRAIN or (rule in changes.added and rule.open_copies_follow)


def a_rule(number: int, hub: Place | None, material: str | None) -> RouteRule:
    """A rule for Lowestoft from today on."""
    return RouteRule(UUID(int=number), "GB-SFK", None, "LOWE", material, TODAY, None, Mode.LIVE, hub, "")


A_SWITCH = RouteSwitch(
    switch_id=UUID(int=1),
    council="GB-SFK",
    from_supplier=None,
    to_supplier=None,
    scope=Scope(("LOWE",)),
    first_day=TODAY,
    hub=None,
    open_copies=OpenCopies.DRAIN,
    reason="no more hub",
    state=SwitchState.PLANNED,
    planned_at=datetime(2026, 3, 1, tzinfo=UTC),
    planned_by="staff",
)


# A rule that says the route already begins with the switch, which still needs one for what another rule says.
@example(A_SWITCH, [a_rule(2, None, None), a_rule(3, CSU, "audio")])
@given(switches(), st.lists(rules(), max_size=6))
def test_no_rule_of_a_switch_and_another_one_are_ranked_by_their_ids_alone(switch: RouteSwitch, before: list[RouteRule]) -> None:
    changes = route_changes(switch, before, TODAY)
    after = changes.after(before)
    assert not [rule for rule in changes.added for other in after if other is not rule and rule.ties(other, TODAY)]


@given(switches(), st.lists(rules(), max_size=6))
def test_once_it_has_begun_the_same_switch_has_nothing_to_do(switch: RouteSwitch, before: list[RouteRule]) -> None:
    after = route_changes(switch, before, TODAY).after(before)
    assert takes_route(switch, after, TODAY)
    again = route_changes(replace(switch, open_copies=OpenCopies.DRAIN), after, TODAY)
    assert (again.ended, again.added) == ((), ())


@given(switches(), st.lists(rules(), max_size=5), st.lists(rules(), max_size=3))
def test_rules_of_trials_are_left_alone_and_change_nothing_else(
    switch: RouteSwitch, live: list[RouteRule], tried: list[RouteRule]
) -> None:
    trial = Trial("straight", Decimal("0.5"), DrawUnit.LINE)
    pilot = [replace(rule, mode=Mode.PILOT, trial=trial) for rule in tried]
    found, alone = route_changes(switch, [*live, *pilot], TODAY), route_changes(switch, live, TODAY)
    assert found.ended == alone.ended
    assert [replace(rule, rule_id=switch.switch_id) for rule in found.added] == [
        replace(rule, rule_id=switch.switch_id) for rule in alone.added
    ]
    assert takes_route(switch, [*live, *pilot], TODAY) == takes_route(switch, live, TODAY)


def test_open_copies_wait_are_there_or_stay() -> None:
    rule = RouteRule(UUID(int=9), "GB-SFK", None, None, "book", TODAY, None, Mode.LIVE, None, "")
    own = replace(rule, rule_id=UUID(int=7), branch="LOWE", hub=CSU)
    suppliers = {
        name: Supplier(name, name, routes) for name, routes in (("eastern", None), ("harbour", frozenset({RouteKind.HUB})))
    }
    groups = [
        OpenGroup(Place(code="IPSW"), "eastern", "book", CSU, 1),
        OpenGroup(Place(code="IPSW"), "eastern", "book", None, 2),
        OpenGroup(Place(code="IPSW"), "eastern", "book", Place(code="IPSW"), 3),
        OpenGroup(Place(code="IPSW"), "harbour", "book", CSU, 4),
        OpenGroup(Place(code="IPSW"), "eastern", None, CSU, 5),
        OpenGroup(Place(code="LOWE"), "eastern", "book", Place(code="LOWE"), 6),
    ]
    found = outlook(groups, [rule, own], {rule.rule_id}, suppliers, TODAY)
    stages = [stage_of(each, moves=True) for each in found]
    assert stages == [Stage.WAITING, Stage.WAITING, Stage.THERE, Stage.STAYING, Stage.STAYING, Stage.STAYING]
    assert {stage_of(each, moves=False) for each in found} == {Stage.THERE, Stage.STAYING}
