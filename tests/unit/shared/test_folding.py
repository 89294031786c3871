"""Text folded to the words that search compares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.folding import LONGEST_WORD, compact, folded, folded_lengths, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Tenant of Wildfell Hall", ["the", "tenant", "of", "wildfell", "hall"]),
        ("Dvořák, Antonín", ["dvorak", "antonin"]),
        ("Straße & Łódź", ["strasse", "lodz"]),
        ("O’Brien's", ["obriens"]),  # noqa: RUF001 # as printed
        ("e-mail/post...", ["e", "mail", "post"]),
        ("Война и мир", ["voyna", "i", "mir"]),
        ("東京", ["東京"]),
        ("1984: a novel", ["1984", "a", "novel"]),
        ("?!", []),
    ],
)
def test_words_have_no_case_accents_and_punctuation(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_an_accent_apart_from_its_letter_is_folded_as_one_with_it() -> None:
    assert words_of("Bronte\u0308") == words_of("Brontë") == ["bronte"]


def test_numbers_are_compared_without_hyphens() -> None:
    assert compact("GB-A1 0.2") == "gba102"


@given(st.text(max_size=200))
def test_folding_again_changes_nothing(text: str) -> None:
    words = words_of(text)
    assert all(word.isalnum() and len(word) <= LONGEST_WORD for word in words)
    assert words_of(" ".join(words)) == words


@given(st.text(max_size=200) | st.text(st.characters(max_codepoint=127), max_size=200))
def test_each_character_is_folded_by_itself(text: str) -> None:
    assert folded(text) + "e" == folded(text + "é") == "".join(map(folded, text)) + "e"
    assert list(folded_lengths(text)) == [len(folded(character)) for character in text]
