"""Two rules that only their ids tell apart: when they are, and which of them decides."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import TypeVar
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.trials import DrawUnit
from shared.sourcing.routes import RouteRule, deciding_route
from shared.sourcing.rules import Mode, SourcingRule, Strand, Trial, deciding_rule

R = TypeVar("R", SourcingRule, RouteRule)
DAY = date(2026, 3, 2)
BRANCHES, MATERIALS, SUPPLIERS = ("IPSW", "LOWE"), ("book", "film"), ("eastern", "harbour")
TRIALS = (None, Trial("tried", Decimal("0.3"), DrawUnit.LINE))
days = st.integers(-2, 2).map(lambda offset: DAY + timedelta(days=offset))


@st.composite
def sourcing_rules(draw: st.DrawFn) -> SourcingRule:
    trial = draw(st.sampled_from(TRIALS))
    return SourcingRule(
        rule_id=draw(st.uuids()),
        council="GB-SFK",
        strand=Strand.ORDERING,
        supplier_id=draw(st.sampled_from(SUPPLIERS)),
        branch=draw(st.sampled_from((None, *BRANCHES))),
        material=draw(st.sampled_from((None, *MATERIALS))),
        valid_from=draw(days),
        valid_to=draw(st.none() | days),
        mode=Mode.LIVE if trial is None else Mode.PILOT,
        trial=trial,
    )


@st.composite
def route_rules(draw: st.DrawFn) -> RouteRule:
    of = draw(sourcing_rules())
    supplier_id = draw(st.sampled_from((None, *SUPPLIERS)))
    scope = (supplier_id, of.branch, of.material, of.valid_from, of.valid_to)
    return RouteRule(of.rule_id, of.council, *scope, of.mode, hub=None, reason="", trial=of.trial)


def chance_decides(one: R, other: R, decided: Callable[[list[R], date], list[R | None]]) -> bool:
    """Whether another draw of their ids leads to another rule's deciding, from DAY on, for anything that both are about."""
    low, high = UUID(int=1), UUID(int=2)
    first = [replace(one, rule_id=low), replace(other, rule_id=high)]
    second = [replace(one, rule_id=high), replace(other, rule_id=low)]
    for day in (DAY + timedelta(days=later) for later in range(4)):
        for by_first, by_second in zip(decided(first, day), decided(second, day), strict=True):
            if (by_first and first.index(by_first)) != (by_second and second.index(by_second)):
                return True
    return False


def sourced(rules: list[SourcingRule], day: date) -> list[SourcingRule | None]:
    cells = product(("", *BRANCHES), ("", *MATERIALS))
    return [deciding_rule(rules, branch=branch, material=material, on=day) for branch, material in cells]


def routed(rules: list[RouteRule], day: date) -> list[RouteRule | None]:
    cells = product(("", *BRANCHES), ("", *MATERIALS), ("", *SUPPLIERS))
    return [
        deciding_route(rules, branch=branch, material=material, supplier_id=supplier_id, offered=None, on=day)
        for branch, material, supplier_id in cells
    ]


@given(sourcing_rules(), sourcing_rules(), st.booleans())
def test_two_sourcing_rules_tie_exactly_where_their_ids_alone_decide(one: SourcingRule, other: SourcingRule, near: bool) -> None:
    # Two of one scope are too rare among all.
    near_one = replace(other, branch=one.branch, material=one.material) if near else other
    assert one.ties(near_one, DAY) is near_one.ties(one, DAY) is chance_decides(one, near_one, sourced)


@given(route_rules(), route_rules(), st.booleans())
def test_two_delivery_rules_tie_exactly_where_their_ids_alone_decide(one: RouteRule, other: RouteRule, near: bool) -> None:
    scope = {name: getattr(one, name) for name in RouteRule.SCOPE} if near else {}
    near_one = replace(other, **scope)
    assert one.ties(near_one, DAY) is near_one.ties(one, DAY) is chance_decides(one, near_one, routed)


@given(sourcing_rules(), st.uuids(), st.sampled_from(SUPPLIERS))
def test_a_rule_repeats_another_only_where_it_says_the_same(one: SourcingRule, rule_id: UUID, supplier_id: str) -> None:
    again = replace(one, rule_id=rule_id, supplier_id=supplier_id, reason="Sent again")
    lasts = one.applies(max(one.valid_from, DAY))
    assert again.repeats(one, DAY) is (lasts and supplier_id == one.supplier_id)
    assert not replace(again, valid_to=DAY + timedelta(days=9)).repeats(one, DAY)
