"""Which of several delivery rules decides."""

from datetime import date, timedelta
from itertools import pairwise
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.base import Place, PlaceKind, RouteKind
from shared.sourcing.routes import RouteRule, deciding_route
from shared.sourcing.rules import Mode

DAY = date(2026, 3, 2)
HUB = Place(code="CSU", kind=PlaceKind.HUB)
IPSWICH = Place(code="IPSW", name="Ipswich Library")


def rule(
    branch: str | None = None, supplier: str | None = None, material: str | None = None, *, hub: bool = True, first: int = 0
) -> RouteRule:
    """A rule that begins so many days after DAY."""
    return RouteRule(
        rule_id=UUID(int=1),
        council="GB-SFK",
        supplier_id=supplier,
        branch=branch,
        material=material,
        valid_from=DAY + timedelta(days=first),
        valid_to=None,
        mode=Mode.LIVE,
        hub=HUB if hub else None,
        reason="",
    )


def decides(rules: list[RouteRule], offered: set[RouteKind] | None = None) -> RouteRule | None:
    return deciding_route(rules, branch="IPSW", material="book", supplier_id="eastern", offered=offered, on=DAY)


# The table in the docstring of `deciding_route`.
RANKS = [
    rule("IPSW", "eastern", "book"),
    rule("IPSW", "eastern"),
    rule("IPSW", None, "book"),
    rule("IPSW"),
    rule(None, "eastern", "book"),
    rule(None, "eastern"),
    rule(None, None, "book"),
    rule(),
]


@pytest.mark.parametrize(("higher", "lower"), list(pairwise(RANKS)))
def test_branch_weighs_more_than_supplier_and_supplier_more_than_material(higher: RouteRule, lower: RouteRule) -> None:
    assert decides([higher, lower]) is decides([lower, higher]) is higher


def test_of_equally_specific_rules_the_later_one_decides_once_it_has_begun() -> None:
    old, new, coming = rule(first=-9), rule(first=-1), rule(first=1)
    assert decides([new, coming, old]) is new


@pytest.mark.parametrize("elsewhere", [rule("LOWE"), rule(None, "harbour"), rule(None, None, "audio")])
def test_a_rule_of_another_scope_decides_nothing(elsewhere: RouteRule) -> None:
    assert decides([elsewhere]) is None


def test_a_rule_whose_route_the_supplier_does_not_offer_is_passed_over() -> None:
    specific, wide = rule("IPSW", hub=True), rule(hub=False)
    assert decides([specific, wide], {RouteKind.DIRECT}) is wide
    assert decides([specific], {RouteKind.DIRECT}) is None
    assert decides([specific, wide], {RouteKind.HUB, RouteKind.DIRECT}) is specific


def test_a_supplier_that_states_no_routes_is_taken_to_offer_any() -> None:
    specific = rule("IPSW")
    assert decides([specific, rule(hub=False)], None) is specific


def test_a_direct_route_ends_at_the_branch_and_the_other_at_its_hub() -> None:
    assert (rule(hub=False).route, rule(hub=False).place_for(IPSWICH)) == (RouteKind.DIRECT, IPSWICH)
    assert (rule().route, rule().place_for(IPSWICH)) == (RouteKind.HUB, HUB)


days = st.integers(-20, 20).map(lambda offset: DAY + timedelta(days=offset))
rules = st.builds(
    RouteRule,
    rule_id=st.uuids(),
    council=st.just("GB-SFK"),
    supplier_id=st.sampled_from([None, "eastern", "harbour"]),
    branch=st.sampled_from([None, "IPSW", "LOWE"]),
    material=st.sampled_from([None, "book", "audio"]),
    valid_from=days,
    valid_to=st.none() | days,
    mode=st.sampled_from(Mode),
    hub=st.sampled_from([None, HUB]),
    reason=st.just(""),
)


@given(st.lists(rules, max_size=12, unique_by=lambda one: one.rule_id), st.randoms(use_true_random=False))
def test_the_choice_does_not_depend_on_the_order_of_rules(book: list[RouteRule], dice: Random) -> None:
    shuffled = list(book)
    dice.shuffle(shuffled)
    assert decides(book) == decides(shuffled)
