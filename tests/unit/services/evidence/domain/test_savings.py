"""What was saved against a frozen baseline: worked by hand, exact, and nothing assumed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evidence.domain.baselines import Frozen
from services.evidence.domain.cost_models import Activity
from services.evidence.domain.costs import Group, Paid, WorkDone, WorkUnknown
from services.evidence.domain.prices import Bought
from services.evidence.domain.promises import Month, Per, Promise, months_of
from services.evidence.domain.savings import Spell, savings_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)
APRIL, MAY = Month(date(2026, 4, 1), date(2026, 4, 30), is_over=True), Month(date(2026, 5, 1), date(2026, 5, 31), is_over=True)
NO_WORK: Frozen = Frozen({"A": Bought(2, 2_000), "B": Bought(1, 500)}, 3, {}, frozenset())


def promise(amount: int = 100, per: Per = Per.COPY, first: date = APRIL.first, last: date = date(2027, 3, 31)) -> Promise:
    """A promise of a year, of a pound per copy."""
    return Promise(UUID(int=1), "GB-SFK", UUID(int=2), amount, "GBP", per, first, last, None, "tender, page 4", "librarian", NOW)


def minor(*amounts: int | str) -> list[Decimal]:
    """Amounts in minor units."""
    return [Decimal(amount) for amount in amounts]


def worked(cost: str, times: int = 1, unknown: tuple[WorkUnknown, ...] = ()) -> Group:
    """A month's group with work of receiving."""
    done = WorkDone(Activity.RECEIVING, "council", times, Decimal(1), Decimal(cost))
    return Group("2026-04", "GBP", 1, Paid(), [done], unknown, Decimal(cost))


def test_what_is_saved_on_prices_is_that_of_the_same_copies_at_the_prices_of_the_baseline() -> None:
    """Of A, 1,000 before: three at 900 save 300. Of B, 500 before: one at 650 costs 150 more. C was never bought before."""
    bought = {"A": Bought(3, 2_700), "B": Bought(1, 650), "C": Bought(5, 50)}
    found = savings_of(promise(), NO_WORK, [Spell(APRIL, bought, 9, None)])
    (month,) = found.months
    assert [month.at_baseline, month.cost, month.price, month.work] == minor(3_500, 3_350, 150, 0)
    assert (month.copies, month.compared, month.titles) == (9, 4, 2)
    assert [month.promised, month.reached] == minor(900, 150)
    assert month.per_copy.value == pytest.approx(150 / 4)
    assert (month.per_copy.interval, month.reached_between) == (None, None), "two titles are too few"
    assert month.unknown == (
        "5 copies of 1 title are not compared: the baseline does not have the same title, so what they would have cost is "
        "not known.",
    )


def test_a_cheaper_mix_of_titles_saves_nothing() -> None:
    frozen = Frozen({"dear": Bought(9, 9_000), "cheap": Bought(1, 100)}, 10, {}, frozenset())
    spell = Spell(APRIL, {"dear": Bought(1, 1_000), "cheap": Bought(9, 900)}, 10, None)
    assert savings_of(promise(), frozen, [spell]).total.reached == 0


def test_work_is_compared_per_copy_where_both_sides_know_its_cost() -> None:
    frozen = Frozen({"A": Bought(4, 4_000)}, 4, {Activity.RECEIVING: Decimal("400")}, frozenset({Activity.CHASING}))
    group = worked("150.50", times=2, unknown=(WorkUnknown(Activity.QUERY, 3),))
    (month,) = savings_of(promise(), frozen, [Spell(APRIL, {"A": Bought(2, 2_000)}, 2, group)]).months
    assert [month.price, month.work, month.reached] == minor(0, "49.50", "49.50")
    assert month.per_copy.value == pytest.approx(49.5 / 2)
    assert month.unknown == (
        "Query, 3 times: a cost model of these days, or of the baseline, does not say what it costs, so it is not compared.",
    )


def test_a_copy_that_has_not_come_saves_no_work() -> None:
    frozen = Frozen({"A": Bought(4, 4_000)}, 4, {Activity.RECEIVING: Decimal("400")}, frozenset())
    (month,) = savings_of(promise(), frozen, [Spell(APRIL, {"A": Bought(3, 3_000)}, 1, worked("60"))]).months
    assert month.work == Decimal(40)
    assert month.per_copy.value == pytest.approx(40)
    assert month.unknown == ("2 copies charged have not been received: no work is compared for them.",)


def test_work_that_the_baseline_did_not_know_saves_and_costs_nothing() -> None:
    frozen = Frozen({"A": Bought(4, 4_000)}, 4, {Activity.RECEIVING: Decimal(1)}, frozenset({Activity.RECEIVING}))
    (month,) = savings_of(promise(), frozen, [Spell(APRIL, {"A": Bought(1, 900)}, 1, worked("9000"))]).months
    assert [month.work, month.reached] == minor(0, 100)
    assert month.unknown[-1].startswith("Receiving, 1 time: a cost model")


def test_with_ten_titles_there_is_an_interval_over_them() -> None:
    titles = {f"T{n}": Bought(1, 1_000) for n in range(12)}
    now = {isbn: Bought(2, 1_800 + 10 * n) for n, isbn in enumerate(titles)}
    total = savings_of(promise(), Frozen(titles, 12, {}, frozenset()), [Spell(APRIL, now, 24, None)]).total
    assert total.reached_between is not None
    assert total.per_copy.interval is not None
    assert total.reached_between.low < total.reached < total.reached_between.high
    assert total.reached_between.low == pytest.approx(24 * total.per_copy.interval.low)


def test_titles_not_bought_again_and_months_without_invoices_are_named() -> None:
    running = Month(date(2026, 5, 1), date(2026, 5, 10), is_over=False)
    found = savings_of(promise(), NO_WORK, [Spell(APRIL, {"A": Bought(1, 1_000)}, 1, None), Spell(running, {}, 0, None)])
    assert found.total.unknown == (
        "2026-05 is not over: more may be charged for it.",
        "No invoice of 2026-05 charges a copy in this scope and currency.",
        "1 of the 2 titles of the baseline was not bought again: what it would cost now is not known.",
    )
    assert not found.total.is_over
    assert found.months[1].per_copy.value is None


def test_a_promise_for_a_year_is_twelve_equal_months_and_parts_of_them_by_their_days() -> None:
    made = promise(10_000, Per.YEAR, first=date(2026, 4, 16), last=date(2027, 4, 15))
    months = list(months_of(made, date(2028, 1, 1)))
    assert [month.name for month in months][:2] == ["2026-04", "2026-05"]
    found = savings_of(made, NO_WORK, [Spell(month, {}, 0, None) for month in months])
    assert [str(month.promised) for month in found.months][:3] == ["416.67", "833.33", "833.33"]
    assert found.total.promised == 10_000
    assert found.total.is_over


def test_no_day_to_come_is_counted() -> None:
    assert list(months_of(promise(), date(2026, 3, 31))) == []
    (april,) = months_of(promise(), date(2026, 4, 10))
    assert april == Month(date(2026, 4, 1), date(2026, 4, 10), is_over=False)
    assert next(months_of(promise(last=date(2026, 4, 5)), date(2026, 4, 10))) == Month(
        date(2026, 4, 1), date(2026, 4, 5), is_over=True
    )


TITLES = st.dictionaries(st.sampled_from("ABCDE"), st.builds(Bought, st.integers(1, 9), st.integers(0, 10_000)), max_size=5)


@given(TITLES, st.lists(TITLES, min_size=1, max_size=6), st.integers(1, 10_000), st.sampled_from(Per))
def test_the_months_add_up_to_the_total(
    before: dict[str, Bought], bought: list[dict[str, Bought]], amount: int, per: Per
) -> None:
    frozen = Frozen(before, 7, {Activity.RECEIVING: Decimal("33.33")}, frozenset())
    spells = [
        Spell(month, titles, 1, worked("12.34"))
        for month, titles in zip(months_of(promise(amount, per), date(2027, 3, 31)), bought, strict=False)
    ]
    found = savings_of(promise(amount, per), frozen, spells)
    for name in ("promised", "at_baseline", "cost", "price", "work", "reached", "copies", "compared"):
        assert sum(getattr(month, name) for month in found.months) == getattr(found.total, name)
    exact = sum(
        Decimal(now.copies) * before[isbn].cost / before[isbn].copies
        for titles in bought for isbn, now in titles.items() if isbn in before
    )  # fmt: skip
    assert abs(found.total.at_baseline - exact) <= Decimal("0.00501")
