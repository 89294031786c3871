"""Costs are exact: work is rounded once, and what is not known is named."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from services.evidence.domain.cost_models import Activity, CostModel, Effort
from services.evidence.domain.costs import Basket, Paid, Pair, Reconciled, Spent, Work, group_of, relatives
from services.evidence.domain.prices import Bought, Titles

_DAY = date(2026, 3, 2)


def model(efforts: dict[Activity, Effort], currency: str = "GBP") -> dict[str, list[CostModel]]:
    """Suffolk's only model."""
    return {"GB-SFK": [CostModel("GB-SFK", _DAY, None, currency, efforts, "ann", datetime(2026, 1, 1, tzinfo=UTC))]}


def spent(times: dict[Activity, int]) -> Spent:
    """Work of a day."""
    return Spent(1, Paid(net=100), Counter({Work("GB-SFK", activity, _DAY): each for activity, each in times.items()}))


_efforts = st.builds(Effort, st.decimals(0, 100, places=2), st.integers(0, 10_000), st.sampled_from(["council", "consortium"]))


@given(st.dictionaries(st.sampled_from(Activity), st.tuples(_efforts, st.integers(1, 1_000)), min_size=1))
def test_the_cost_of_work_is_the_exact_sum_rounded_once(stated: dict[Activity, tuple[Effort, int]]) -> None:
    efforts = {activity: effort for activity, (effort, _) in stated.items()}
    group = group_of("k", "GBP", spent({activity: times for activity, (_, times) in stated.items()}), model(efforts))
    exact = sum((Fraction(effort.minutes) * times * effort.hourly_rate / 60 for effort, times in stated.values()), Fraction())
    assert abs(Fraction(group.work_cost) - exact) <= Fraction(1, 200)
    assert group.whole == 100 + group.work_cost
    assert not group.unknown
    assert sum(each.times for each in group.work) == sum(times for _, times in stated.values())


def test_work_in_another_currency_or_of_a_council_without_a_model_is_not_known() -> None:
    effort = {Activity.RECEIVING: Effort(Decimal(2), 1_800, "council")}
    work = spent({Activity.RECEIVING: 3})
    for models in (model(effort, "EUR"), {}, model({})):
        group = group_of("k", "GBP", work, models)
        assert [(each.activity, each.times) for each in group.unknown] == [(Activity.RECEIVING, 3)]
        assert not group.work
        assert group.whole == 100


def test_who_bears_work_is_kept_apart() -> None:
    later = date(2026, 4, 1)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    models = [
        CostModel("GB-SFK", day, None, "GBP", {Activity.VAN: Effort(Decimal(1), 60, bearer)}, "ann", moment)
        for day, bearer in ((_DAY, "consortium"), (later, "council"))
    ]
    work = Counter({Work("GB-SFK", Activity.VAN, _DAY): 2, Work("GB-SFK", Activity.VAN, later): 5})
    group = group_of("k", "GBP", Spent(1, Paid(), work), {"GB-SFK": models})
    assert [(each.borne_by, each.times, each.cost) for each in group.work] == [
        ("consortium", 2, Decimal(2)),
        ("council", 5, Decimal(5)),
    ]


def test_groups_are_compared_at_the_price_and_at_the_whole() -> None:
    price, whole = (Titles(1, Bought(1, cost), Bought(2, 1_400), (1, 1, 1)) for cost in (700, 1_400))
    shared = {Pair("a", "GBP", "b"): Basket([price], [whole])}
    found = [(each.first, each.second, each.currency, each.of, each.relative.relative) for each in relatives(shared)]
    assert found == [("a", "b", "GBP", "price", Decimal("1.0000")), ("a", "b", "GBP", "whole", Decimal("2.0000"))]


@given(st.integers(), st.integers(), st.integers())
def test_a_total_is_the_sum_of_its_parts(total: int, copies: int, charges: int) -> None:
    reconciled = Reconciled("s", "GBP", total, copies, charges)
    assert reconciled.copies + reconciled.charges + reconciled.unlisted == total
