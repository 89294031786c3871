"""Texts of a title with the words of a search marked."""

from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from services.catalogue.domain.questions import asked_words
from services.catalogue.domain.snippets import snippets
from shared.records import Contributor, Description, TitleStatement
from tests.unit.services.catalogue.domain.examples import FULL

_KEPT = TypeAdapter(Description)


def marked(words: str, description: Description = FULL) -> dict[str, str]:
    """Returns the marked texts by field."""
    texts = _KEPT.dump_python(description, exclude_defaults=True)
    return {each.field: each.text for each in snippets(texts, asked_words(words))}


def test_words_are_marked_in_each_field_that_has_them() -> None:
    assert marked("susanna pira") == {"title": "<mark>Piranesi</mark>", "contributors": "<mark>Susanna</mark> Clarke"}


def test_a_word_is_marked_as_it_is_written() -> None:
    accented = replace(FULL, contributors=(Contributor("Charlotte Brontë"),))
    assert marked("bronte ", accented) == {"contributors": "Charlotte <mark>Brontë</mark>"}


def test_all_but_the_marks_is_escaped() -> None:
    harmful = replace(FULL, title=TitleStatement("<script>Emma</script> & Co"))
    assert marked("emma ", harmful)["title"] == "&lt;script&gt;<mark>Emma</mark>&lt;/script&gt; &amp; Co"


def test_of_a_long_text_the_part_around_the_first_word_is_shown() -> None:
    summary = "before " * 100 + "labyrinth " + "after " * 100 + "labyrinth"
    text = marked("labyrinth ", replace(FULL, summary=summary))["summary"]
    assert text.count("<mark>labyrinth</mark>") == 1
    assert text.startswith("…")
    assert text.endswith("…")
    assert len(text) < 300


def test_a_whole_word_is_not_marked_within_a_longer_one() -> None:
    assert marked("pira ") == {}


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("(Bronte\u0308s)", "(<mark>Bronte\u0308s</mark>)"),
        ("les Bronte\u0308", "les <mark>Bronte\u0308</mark>"),
        ("‘O’’Brien’s’", "‘<mark>O’’Brien’s</mark>’"),  # noqa: RUF001 # as printed
        ("Straße. 2", "<mark>Straße</mark>. 2"),
    ],
)
def test_accents_apart_and_apostrophes_belong_to_the_word(title: str, shown: str) -> None:
    assert marked("brontes bronte obriens strasse ", replace(FULL, title=TitleStatement(title)))["title"] == shown
