"""How characters are spelt for receivers that lack them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.texts import composed
from shared.transliteration import spelt


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("Łódź Đorđe Ærø œuvre Þór ðø ßẞ", "Lodz Dorde Aero oeuvre Thor do ssSs"),
        ("Война и мир, Щука, объект", "Voyna i mir, Shchuka, obekt"),
        ("Ὀδύσσεια Ό \u03a7", "Odysseia O Ch"),
        ("ﬁ ½ № \uff12", "fi 1/2 No 2"),
        ("김 がカ", "gim gaka"),
        ("“a” \u2018b\u2019 c\u2013d\u2014e… \u02b9", "\"a\" 'b' c-d-e... '"),
        ("a\u200cb\u200dc\u00add x\u030c", "abcd x"),
        ("€5 £5", "EUR5 GBP5"),
    ],
)
def test_characters_are_spelt_in_plain_letters(text: str, spelling: str) -> None:  # case B7
    spelt_out = [character if character in " ,:" else spelt(character) for character in composed(text)]
    assert "".join(part or "" for part in spelt_out) == spelling


@pytest.mark.parametrize("character", ["漢", "\u0915", "\u05d0", "\u0628"])
def test_what_has_no_spelling_is_not_guessed(character: str) -> None:
    assert spelt(character) is None


@given(st.characters(exclude_categories=["Cs"]))
def test_a_spelling_is_ascii_whatever_the_character(character: str) -> None:
    spelling = spelt(character)
    assert spelling is None or spelling.isascii()
