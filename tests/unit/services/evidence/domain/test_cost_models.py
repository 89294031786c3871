"""Cost models are dated: which one applies on a day, and on which days none does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evidence.domain.cost_models import CostModel, Gap, check_model, gaps, in_force
from shared.errors import DomainError

_FIRST = date(2026, 1, 1)
_LAST = date(2026, 3, 31)


def model(first: date, last: date | None = None) -> CostModel:
    """A model that names no activity."""
    return CostModel("GB-SFK", first, last, "GBP", {}, "ann", datetime(2026, 1, 1, tzinfo=UTC))


def test_a_model_applies_until_the_next_one_begins() -> None:
    first, second = model(date(2026, 1, 1)), model(date(2026, 2, 1))
    assert in_force([second, first], date(2026, 1, 31)) == first
    assert in_force([second, first], date(2026, 2, 1)) == second
    assert in_force([second, first], date(2025, 12, 31)) is None


def test_a_model_that_ended_is_followed_by_a_gap_also_where_the_one_before_it_had_no_end() -> None:
    models = [model(date(2026, 1, 1)), model(date(2026, 2, 1), date(2026, 2, 10))]
    assert in_force(models, date(2026, 2, 10)) == models[1]
    assert in_force(models, date(2026, 2, 11)) is None
    assert list(gaps(models, _FIRST, _LAST)) == [Gap(date(2026, 2, 11), _LAST)]


def test_without_any_model_the_whole_period_is_a_gap() -> None:
    (gap,) = gaps([], _FIRST, _LAST)
    assert gap == Gap(_FIRST, _LAST)
    assert gap.in_words.startswith("From 2026-01-01 to 2026-03-31 no cost model applies")


def test_a_gap_may_have_no_end() -> None:
    (gap,) = gaps([model(_FIRST, date(2026, 1, 31))], _FIRST, None)
    assert gap == Gap(date(2026, 2, 1), None)
    assert gap.in_words.startswith("From 2026-02-01 on no cost model applies")
    assert list(gaps([model(_FIRST, date.max)], _FIRST, None)) == []


_days = st.integers(0, 100).map(lambda days: _FIRST - timedelta(days=5) + timedelta(days=days))


@given(st.lists(st.tuples(_days, st.none() | st.integers(0, 30)), max_size=5, unique_by=lambda pair: pair[0]))
def test_the_gaps_are_exactly_the_days_without_a_model(stated: list[tuple[date, int | None]]) -> None:
    models = [model(first, None if length is None else first + timedelta(days=length)) for first, length in stated]
    period = [_FIRST + timedelta(days=day) for day in range((_LAST - _FIRST).days + 1)]
    named = list(gaps(models, _FIRST, _LAST))
    uncovered = {day for gap in named for day in period if gap.first <= day and (gap.last is None or day <= gap.last)}
    assert uncovered == {day for day in period if in_force(models, day) is None}


def test_a_model_that_ends_before_it_begins_is_refused() -> None:
    check_model(_FIRST, _FIRST)
    with pytest.raises(DomainError) as refused:
        check_model(_LAST, _FIRST)
    assert refused.value.faults[0].pointer == "/valid_until"
