"""Two statements about one copy become one: whatever their order, and however often one is repeated."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evidence.domain.facts import RULES, GatheredCopies, Rule, combined
from tests.services.hearing import number

_START = datetime(2026, 3, 2, tzinfo=UTC)
_SAME = {
    "council": "GB-SFK", "supplier_id": "harbour-books", "order_id": number(9), "line_key": "SB-1", "replaces": "SB-0",
    "isbn": "978", "branch": "IPSW", "material": "book", "trial": "t", "arm": "pilot", "route_trial": "r", "route_arm": "control",
    "asked_minor": 899,
    "asked_currency": "GBP", "placed_at": _START, "promised_on": date(2026, 3, 9),
}  # fmt: skip
_moments = st.integers(0, 50).map(lambda hours: _START + timedelta(hours=hours))


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    """What an event may say of a copy: any part of it. A version of the order has one state, and one plan."""
    said: dict[str, Any] = {}
    for name, rule in RULES.items():
        if rule is Rule.SAME and draw(st.booleans()):
            said[name] = _SAME[name]
        if rule is Rule.FIRST:
            said[name] = draw(st.none() | _moments)
        if rule is Rule.EVER:
            said[name] = draw(st.none() | st.booleans())
    planned = draw(st.none() | st.integers(1, 5))
    if planned is not None:
        said |= {"planned_version": planned, "planned_hub": planned % 2 == 0}
    version = draw(st.none() | st.integers(1, 5))
    return said if version is None else {**said, "version": version, "state": f"state {version}"}


@given(st.lists(statements(), min_size=1, max_size=6), st.randoms())
def test_the_order_and_the_repetition_of_statements_change_nothing(said: list[dict[str, Any]], random: Any) -> None:
    once, mixed = GatheredCopies(), GatheredCopies()
    for each in said:
        once.add(number(1), **each)
    again = [*said, *random.choices(said, k=3)]
    random.shuffle(again)
    for each in again:
        mixed.add(number(1), **each)
    assert mixed.rows() == once.rows()


@given(statements(), statements(), statements())
def test_what_two_statements_say_together_does_not_depend_on_how_they_are_grouped(
    one: dict[str, Any], two: dict[str, Any], three: dict[str, Any]
) -> None:
    assert combined(combined(one, two), three) == combined(one, combined(two, three))


def test_the_state_is_that_of_the_highest_version_and_a_moment_the_earliest() -> None:
    early, late = {"sent_at": _START}, {"sent_at": _START + timedelta(hours=1)}
    found = combined({"version": 3, "state": "received", **late}, {"version": 2, "state": "sent", **early})
    assert (found["state"], found["version"], found["sent_at"]) == ("received", 3, _START)


def test_the_planned_route_is_that_of_the_highest_version_that_states_one() -> None:
    ordered, rerouted = {"planned_hub": True, "planned_version": 1}, {"planned_hub": False, "planned_version": 3}
    found = combined(combined({"version": 4, "state": "sent"}, rerouted), ordered)
    assert (found["planned_hub"], found["version"]) == (False, 4)


def test_copies_come_in_the_order_of_their_ids() -> None:
    copies = GatheredCopies()
    for value in (3, 1, 2):
        copies.add(number(value), through_hub=False)
    assert [row["copy_id"] for row in copies.rows()] == [number(1), number(2), number(3)]


def test_a_fact_without_a_rule_is_refused() -> None:
    with pytest.raises(KeyError, match="colour"):
        GatheredCopies().add(number(1), colour="red")
