"""Editions are one work however they are connected, and in whatever order that becomes known."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from shared.works.grouping import works_of

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
