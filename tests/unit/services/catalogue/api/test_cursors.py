"""Cursors of places in the order of changes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalogue.api.cursors import cursor_after, place_after
from services.catalogue.domain.changes import Frontier, Place
from shared.errors import DomainError, Kind

LARGEST = 2**63 - 1
HERE = Frontier("7713637801033700220.00000001", LARGEST)
places = st.builds(Place, st.integers(0, LARGEST), st.from_regex(r"(978\d{10})?", fullmatch=True))


@given(places)
def test_a_cursor_leads_back_to_its_place(place: Place) -> None:
    assert place_after(cursor_after(place, HERE), HERE) == place


@given(places)
def test_a_cursor_never_looks_like_a_moment_and_needs_no_quoting(place: Place) -> None:
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,499}", cursor_after(place, HERE))


@pytest.mark.parametrize("now", [Frontier("7713637801033700220.00000002", LARGEST), Frontier(HERE.history, 41)])
def test_a_cursor_of_another_numbering_is_refused_with_what_to_do(now: Frontier) -> None:
    with pytest.raises(DomainError, match="Begin again") as refused:
        place_after(cursor_after(Place(42, ""), HERE), now)
    assert (refused.value.code, refused.value.kind) == ("cursor-of-another-database", Kind.CONFLICT)


@given(st.text(max_size=500))
def test_what_is_no_cursor_is_refused_and_breaks_nothing(text: str) -> None:
    with pytest.raises(DomainError):
        place_after(text, HERE)
