"""A supplier declines where its last weeks are worse than its own half-year before, by more than chance explains."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, text, update

from services.dashboard.domain.declining import Sample, Served, decline
from services.dashboard.store.declining import declines
from services.dashboard.store.tables import copy
from services.dashboard.usecases.working import check_work
from tests.services.dashboard.facts import HARBOUR, LINE, MORNING, NORFOLK, PIRANESI, SUFFOLK
from tests.services.hearing import Hearing, number

_DAY = timedelta(days=1)
_some = st.floats(0, 200, allow_nan=False)
_samples = st.builds(Sample, st.integers(0, 5_000), _some, _some)


@given(st.sampled_from(Served), _samples, _samples)
def test_no_supplier_declines_both_ways_or_against_itself(served: Served, one: Sample, other: Sample) -> None:
    assert not (decline(served, one, other) and decline(served, other, one))
    assert decline(served, one, one) == ""


@given(st.sampled_from(Served), _samples, _samples, st.integers(0, 11))
def test_a_few_orders_raise_no_alarm(served: Served, one: Sample, other: Sample, few: int) -> None:
    assert decline(served, Sample(few, one.mean, one.variance), other) == ""


@given(st.sampled_from((Served.ANSWER, Served.LEAD, Served.OWED)), _samples, _samples, st.floats(0, 100))
def test_what_declined_still_does_where_it_is_even_slower(served: Served, now: Sample, before: Sample, more: float) -> None:
    if decline(served, now, before):
        assert decline(served, Sample(now.orders, now.mean + more, now.variance), before)


def test_it_is_said_in_figures_and_with_their_number() -> None:
    words = decline(Served.ANSWER, Sample(24, 3.1, 1.0), Sample(130, 1.2, 0.5))
    assert words == "answers take 3.1 days, 1.2 before (24 orders of late, 130 before)"
    words = decline(Served.FILL, Sample(40, 0.72, 0.04), Sample(200, 0.91, 0.02))
    assert words == "72 % of copies arrive within 28 days, 91 % before (40 orders of late, 200 before)"
    assert decline(Served.FILL, Sample(40, 0.91, 0.04), Sample(200, 0.72, 0.02)) == ""


@pytest.mark.parametrize("spread", [400.0, 900.0])
def test_what_chance_explains_raises_no_alarm(spread: float) -> None:
    assert decline(Served.LEAD, Sample(20, 16, spread), Sample(100, 10, spread)) == ""


def _copy(place: int, ordered: datetime, days: float, council: str = SUFFOLK) -> dict[str, Any]:
    texts = {"order_number": f"PO-{place}", "line_key": LINE, "isbn": PIRANESI, "title": "", "branch": "IPSW", "reason": ""}
    ids = {"copy_id": number(20_000 + place), "order_id": number(40_000 + place)}
    state = {"state": "accepted", "changed_at": ordered, "version": 1}
    answered = {"ordered_at": ordered, "answered_at": ordered + timedelta(days=days)}
    return {"council": council, "supplier_id": HARBOUR, **texts, **ids, **state, **answered}


async def _found(dashboard: Hearing, now: datetime) -> list[tuple[Any, ...]]:
    async with dashboard.engine.begin() as connection:
        await check_work(connection, now)
        query = "SELECT item, cause, detail, waits_since FROM work WHERE kind = 'declining' ORDER BY item"
        return [tuple(row) for row in await connection.execute(text(query))]


async def test_a_supplier_whose_answers_became_slow_waits_on_the_list_until_they_are_quick_again(dashboard: Hearing) -> None:
    before = [_copy(place, MORNING - (40 + place) * _DAY, 1 + place % 2 / 10) for place in range(40)]
    slow = [_copy(100 + place, MORNING - (5 + place) * _DAY, 3 + place % 2 / 10) for place in range(20)]
    others = [_copy(200 + place, MORNING - (5 + place) * _DAY, 3, NORFOLK) for place in range(20)]
    async with dashboard.engine.begin() as connection:
        await connection.execute(insert(copy), [*before, *slow, *others])
    item, words = f"{HARBOUR}/{SUFFOLK}/answer", "answers take 3.1 days, 1.1 before (20 orders of late, 40 before)"
    assert await _found(dashboard, MORNING) == [(item, "answers take longer", words, MORNING)]
    async with dashboard.engine.connect() as connection:
        assert await declines(connection, SUFFOLK) == await declines(connection, None) == {HARBOUR: [words]}
        assert await declines(connection, NORFOLK) == {}
    assert await _found(dashboard, MORNING + timedelta(hours=1)) == [(item, "answers take longer", words, MORNING)]
    async with dashboard.engine.begin() as connection:
        await connection.execute(delete(copy).where(copy.c.copy_id.in_([each["copy_id"] for each in slow])))
    assert await _found(dashboard, MORNING + timedelta(hours=2)) == []


async def test_a_supplier_whose_back_orders_grow_old_waits_on_the_list(dashboard: Hearing) -> None:
    then = MORNING - 90 * _DAY
    sent = [{**_copy(place, then - (10 + place % 2) * _DAY, 1), "despatched_at": then + _DAY} for place in range(30)]
    gone = [{**_copy(50 + place, MORNING - 300 * _DAY, 1), "state": "cancelled"} for place in range(30)]
    owed = [{**_copy(100 + place, MORNING - (40 + place % 2) * _DAY, 1), "despatched_at": None} for place in range(12)]
    async with dashboard.engine.begin() as connection:
        for copies in (sent, gone, owed):
            await connection.execute(insert(copy), copies)
    words = "what was answered and is not sent yet is 40.5 days old, 10.5 before (12 orders of late, 30 before)"
    assert await _found(dashboard, MORNING) == [(f"{HARBOUR}/{SUFFOLK}/owed", "back orders are older", words, MORNING)]
    async with dashboard.engine.begin() as connection:
        of_owed = copy.c.copy_id.in_([each["copy_id"] for each in owed])
        await connection.execute(update(copy).where(of_owed).values(despatched_at=MORNING))
    assert await _found(dashboard, MORNING) == []
