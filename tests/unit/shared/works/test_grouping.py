"""Editions are one work however they are connected, and in whatever order that becomes known."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from shared.works.grouping import MOST_EDITIONS, OVERGROWN, works_of

ISBNS = [f"978{place:010}" for place in range(12)]
relations = st.dictionaries(st.sampled_from(ISBNS), st.lists(st.sampled_from(ISBNS), max_size=3), max_size=12)


def connected(isbn: str, editions: dict[str, list[str]]) -> set[str]:
    """All that can be reached from an edition, by relations in either direction, one step after the other."""
    found = {isbn}
    while True:
        onward = {other for one in found for other in editions.get(one, [])}
        back = {one for one, others in editions.items() if found & set(others)}
        if onward | back <= found:
            return found
        found |= onward | back


@given(relations)
def test_a_work_is_the_smallest_of_all_that_are_connected(editions: dict[str, list[str]]) -> None:
    sets = {isbn: connected(isbn, editions) for isbn in ISBNS}
    assert works_of(editions) == {isbn: min(found) for isbn, found in sets.items() if len(found) > 1}


@given(relations, st.randoms(use_true_random=False))
def test_the_order_of_relations_makes_no_difference(editions: dict[str, list[str]], random: Random) -> None:
    pairs = [(isbn, other) for isbn, others in editions.items() for other in others]
    random.shuffle(pairs)
    reordered: dict[str, list[str]] = {}
    for isbn, other in pairs:
        reordered.setdefault(other, []).append(isbn)
    assert works_of(reordered) == works_of(editions)


def a_chain(first: int, length: int) -> dict[str, list[str]]:
    """Editions of which each relates the next one."""
    isbns = [f"979{place:010}" for place in range(first, first + length)]
    return {isbn: [isbns[place + 1]] for place, isbn in enumerate(isbns[:-1])}


def test_more_editions_than_a_work_can_have_are_none_and_others_stay_one() -> None:
    most, too_many, few = a_chain(0, MOST_EDITIONS), a_chain(1_000, MOST_EDITIONS + 1), {ISBNS[0]: [ISBNS[1]]}
    works = works_of({**most, **too_many, **few})

    assert [works[min(each)] for each in (most, too_many, few)] == [min(most), OVERGROWN, ISBNS[0]]
    assert [sum(work == which for work in works.values()) for which in (min(most), OVERGROWN, ISBNS[0])] == [
        MOST_EDITIONS,
        MOST_EDITIONS + 1,
        2,
    ]


@given(relations, st.sets(st.sampled_from(ISBNS), max_size=2))
def test_what_is_connected_with_too_many_editions_is_too_many_itself(editions: dict[str, list[str]], overgrown: set[str]) -> None:
    found, works = works_of(editions, overgrown), works_of(editions)
    for isbn in ISBNS:
        spoilt = connected(isbn, editions) & overgrown
        assert found.get(isbn) == (OVERGROWN if spoilt else works.get(isbn))
