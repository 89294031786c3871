"""Titles and contributors come back from a form as they went in, with the parts that it has no room for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dashboard.domain.typed import to_value, typed

_words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
_contributors = st.lists(
    st.fixed_dictionaries({"name": _words, "dates": _words, "roles": st.lists(_words, max_size=2)}),
    max_size=4,
    unique_by=lambda each: each["name"],
)
_titles = st.fixed_dictionaries({"title": _words, "subtitle": st.just("") | _words, "responsibility": _words})


@given(_contributors)
def test_contributors_that_nobody_changes_stay_whole(before: list[dict[str, Any]]) -> None:
    assert to_value("contributors", typed("contributors", before), before) == before


@given(_titles, st.integers(0, 3))
def test_a_title_that_nobody_changes_stays_whole(before: dict[str, Any], article: int) -> None:
    before = {**before, "nonfiling": article}
    assert to_value("title", typed("title", before), before) == before


@pytest.mark.parametrize(
    ("text", "title", "nonfiling"),
    [("The Woman in White : a novel", "The Woman in White", 4), ("Woman in White", "Woman in White", 0)],
)
def test_an_article_that_is_not_filed_by_goes_with_the_title_that_has_it(text: str, title: str, nonfiling: int) -> None:
    found: Any = to_value("title", text, {"title": "The Women in White", "nonfiling": 4, "subtitle": ""})
    assert (found["title"], found["nonfiling"]) == (title, nonfiling)


def test_a_name_that_is_new_has_no_other_parts_and_one_that_is_filed_only_keeps_its_own() -> None:
    before = [{"name": "", "sort_name": "Austen, Jane", "dates": "1775-1817", "roles": ["author"]}]
    found = to_value("contributors", "Austen, Jane (author)\n\nVivien Jones (editor, translator)", before)
    assert found == [*before, {"name": "Vivien Jones", "roles": ["editor", "translator"]}]


def test_other_fields_are_as_typed_and_numbers_are_numbers() -> None:
    assert [typed("pages", 272), typed("publisher", "Bloomsbury"), typed("title", None)] == ["272", "Bloomsbury", ""]
    assert [to_value("pages", " 272 ", None), to_value("pages", "many", None)] == [272, "many"]
