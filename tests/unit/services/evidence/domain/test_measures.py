"""Every measure of every group is an answer: with n, with an interval or a sentence, never an error and never a verdict."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from services.evidence.domain.measures import MEANINGS, Tally, differences_of, measures_of

_waits = st.dictionaries(st.tuples(st.integers(0, 400), st.booleans()), st.integers(1, 50), max_size=8).map(Counter)
_counts = st.integers(0, 200)


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    """Any counts that can be."""
    due, goods, charged = draw(_counts), draw(_counts), draw(_counts)
    return Tally(
        copies=draw(_counts),
        came=draw(_waits),
        given_up=draw(_waits),
        answers=draw(_waits),
        due=due,
        kept=draw(st.integers(0, due)),
        goods=goods,
        discrepancies=draw(_counts) if goods else 0,
        charged=charged,
        queries=draw(_counts) if charged else 0,
        cancellations=draw(_counts),
        scores=draw(st.dictionaries(st.integers(0, 100), st.integers(1, 20), max_size=5).map(Counter)),
        delays=draw(_waits),
    )


@given(tallies())
def test_a_measure_has_its_value_within_its_interval_or_a_sentence_why_not(tally: Tally) -> None:
    found = list(measures_of(tally))
    assert [each.name for each in found] == list(MEANINGS)
    for each in found:
        value, interval = each.estimate.value, each.estimate.interval
        if value is None or interval is None:
            assert each.note, each
        else:
            assert interval.low <= value <= interval.high
        assert each.note is None or not any(word in each.note for word in ("better", "worse", "best"))


@given(tallies(), tallies())
def test_exchanged_arms_give_the_opposite_difference(ours: Tally, theirs: Tally) -> None:
    there, back = list(differences_of(ours, theirs)), list(differences_of(theirs, ours))
    assert there, "something is compared"
    for one, other in zip(there, back, strict=True):
        if one.estimate.value is None or other.estimate.value is None:
            assert one.estimate.value is other.estimate.value
        else:
            assert abs(one.estimate.value + other.estimate.value) < 1e-9


def test_nothing_counted_is_said_in_words() -> None:
    assert {each.note for each in measures_of(Tally())} == {"there is no copy to tell from", "there is no book to tell from"}
