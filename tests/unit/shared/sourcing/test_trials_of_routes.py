"""Trials of deliveries: the same draws and refusals as of other strands, for a scope that also has a supplier."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.base import Place, PlaceKind, RouteKind
from shared.contracts.trials import Arm, DrawUnit, TrialArm
from shared.sourcing.routes import RouteRule, deciding_route, deciding_routes, of_open_copy
from shared.sourcing.rules import Mode, Trial
from shared.sourcing.trials import Deciding, Units, choosing, draw, pilot_faults, stated_trial, terms_of, trial_faults

DAY = date(2026, 3, 2)
HUB = Place(code="CSU", kind=PlaceKind.HUB)
TRIAL = Trial("straight", Decimal("0.3"), DrawUnit.LINE, seed="a")
PILOT, CONTROL = (TrialArm(trial="straight", arm=arm) for arm in (Arm.PILOT, Arm.CONTROL))


def rule(number: int = 1, *, hub: Place | None = None, trial: Trial | None = None, first: int = 0, **scope: str) -> RouteRule:
    """A rule that begins so many days after DAY; a pilot rule where it has a trial."""
    return RouteRule(
        supplier_id=scope.get("supplier_id"),
        branch=scope.get("branch"),
        material=scope.get("material"),
        rule_id=UUID(int=number),
        council="GB-SFK",
        valid_from=DAY + timedelta(days=first),
        valid_to=None,
        mode=Mode.LIVE if trial is None else Mode.PILOT,
        hub=hub,
        reason="",
        trial=trial,
    )


def decided(rules: list[RouteRule], offered: set[RouteKind] | None = None, supplier: str = "eastern") -> Deciding[RouteRule]:
    return deciding_routes(rules, branch="IPSW", material="book", supplier_id=supplier, offered=offered, on=DAY)


def test_of_a_hundred_thousand_lines_those_take_the_route_that_any_strand_would_draw() -> None:
    book = [rule(1, trial=TRIAL), rule(2, hub=HUB)]

    def find(branch: str, supplier_id: str) -> Deciding[RouteRule]:
        return deciding_routes(book, branch=branch, material="book", supplier_id=supplier_id, offered=None, on=DAY)

    choose = choosing(find, lambda chosen, drawn: (chosen and chosen.hub, drawn), council="GB-SFK")
    lines = [(f"SFK-{order}", str(line)) for order in range(10_000) for line in range(1, 11)]
    routes = {line: choose(Units(line, line[:1]), "IPSW", "eastern") for line in lines}
    drawn = {line for line, route in routes.items() if route == (None, PILOT)}
    assert drawn == {line for line in lines if draw(TRIAL, "GB-SFK", line) is Arm.PILOT}
    assert {route for line, route in routes.items() if line not in drawn} == {(HUB, CONTROL)}
    # The interval that holds 99.9 % of draws.
    assert 29_523 <= len(drawn) <= 30_477


def test_a_supplier_that_does_not_offer_the_route_is_in_no_trial_of_it() -> None:
    book = [rule(1, trial=TRIAL), rule(2, hub=HUB)]
    assert decided(book, {RouteKind.HUB}) == Deciding(book[1])
    assert decided(book, {RouteKind.DIRECT}) == Deciding(book[0])


def test_of_rules_that_begin_on_one_day_the_trial_s_decides_and_a_later_live_one_takes_its_scope_out() -> None:
    pilot = rule(1, trial=TRIAL)
    assert decided([pilot, rule(2, hub=HUB)]).rule == pilot
    assert decided([replace(pilot, valid_from=DAY - timedelta(days=1)), later := rule(2, hub=HUB)]) == Deciding(later)


def test_a_pilot_rule_of_an_earlier_release_decides_as_a_live_one() -> None:
    old = replace(rule(9), mode=Mode.PILOT)
    assert decided([old, rule(2, hub=HUB)]) == Deciding(old)
    assert [fault.code for fault in pilot_faults(old)] == ["trial-missing"], "but none is added any more"


@pytest.mark.parametrize(
    ("drawn", "hub"),
    [(PILOT, None), (CONTROL, HUB), (None, HUB), (PILOT.model_copy(update={"trial": "before"}), HUB)],
)
def test_of_open_copies_only_those_in_the_pilot_arm_are_served_by_the_trial_that_runs(drawn: TrialArm | None, hub: Place) -> None:
    found = of_open_copy(decided([rule(1, trial=TRIAL), rule(2, hub=HUB)]), drawn)
    assert found is not None
    assert found.hub == hub
    live = [rule(2, hub=HUB)]
    assert of_open_copy(decided(live), drawn) == live[0], "the trial has ended"


def test_an_overlap_names_the_supplier_too_and_goods_of_two_suppliers_do_not_overlap() -> None:
    first = rule(7, trial=TRIAL, supplier_id="eastern")
    new = rule(8, trial=replace(TRIAL, name="wide"), branch="IPSW")
    (fault,) = trial_faults(new, [first])
    assert (fault.pointer, fault.code) == ("/trial", "overlapping-trials")
    assert "(supplier eastern, branch any, material any, from 2026-03-02 without an end)" in fault.detail
    assert "Choose another supplier, branch, material or period" in fault.detail
    assert not list(trial_faults(replace(new, supplier_id="harbour"), [first]))


def test_a_trial_that_is_published_is_read_as_the_same() -> None:
    for trial in (TRIAL, None):
        assert stated_trial(terms_of(trial)) == trial


def named(*values: str) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(values)


SUPPLIERS, BRANCHES, MATERIALS = ("eastern", "harbour"), ("IPSW", "LOWE"), ("book", "audio")
days = st.integers(-3, 3).map(lambda offset: DAY + timedelta(days=offset))
rules = st.builds(
    RouteRule,
    rule_id=st.uuids(),
    council=st.just("GB-SFK"),
    supplier_id=named(*SUPPLIERS),
    branch=named(*BRANCHES),
    material=named(*MATERIALS),
    valid_from=days,
    valid_to=st.none() | days,
    mode=st.just(Mode.PILOT),
    hub=st.sampled_from([None, HUB]),
    reason=st.just(""),
    trial=st.sampled_from([None, TRIAL, replace(TRIAL, name="evenings")]),
)
# With one of each that no rule names.
EVERY_CASE: list[dict[str, Any]] = [
    {"supplier_id": supplier, "branch": branch, "material": material, "on": DAY + timedelta(days=offset)}
    for supplier, branch, material, offset in product((*SUPPLIERS, "x"), (*BRANCHES, "X"), (*MATERIALS, "dvd"), range(-4, 5))
]


@given(rules, rules)
def test_two_trials_are_refused_exactly_where_some_copy_could_be_in_both(one: RouteRule, other: RouteRule) -> None:
    refused = bool(list(trial_faults(one, [other])))
    apart = one.trial is None or other.trial is None or one.trial.name == other.trial.name
    assert refused == (not apart and any(one.covers(**case) and other.covers(**case) for case in EVERY_CASE))
    assert refused == bool(list(trial_faults(other, [one])))


@given(st.lists(rules, max_size=10))
def test_no_copy_is_in_two_trials(wanted: list[RouteRule]) -> None:
    book: list[RouteRule] = []
    for each in wanted:
        if not list(trial_faults(each, book)):
            book.append(each)
    for case in EVERY_CASE:
        assert len({one.trial.name for one in book if one.trial and one.covers(**case)}) <= 1
        found = deciding_routes(book, **case, offered=None)
        assert found.rule == deciding_route(book, **case, offered=None)
        if found.control is not None:
            assert found.control.trial is None
