"""Cutting and joining long text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.formats.editeur.texts import cut, joined

_TITLE = st.lists(st.from_regex(r"[a-z]{1,9}('[a-z]{1,2})?[:?]?", fullmatch=True), min_size=1, max_size=18).map(" ".join)
_TEXT = st.text("ab ", max_size=120)


@given(_TEXT, st.integers(1, 40))
def test_what_is_cut_joins_to_the_same_text_by_any_rule(text: str, width: int) -> None:
    pieces = cut(text, width)

    assert joined(pieces, width) == text
    assert "".join(pieces) == text
    assert all(0 < len(piece) <= width for piece in pieces)


def test_a_word_is_cut_where_the_segment_ends_and_a_space_stays_with_what_precedes_it() -> None:
    assert cut("abcdefgh", 5) == ("abcde", "fgh")
    assert cut("ab cd efg", 5) == ("ab ", "cd ef", "g")


def test_a_stripped_space_is_put_back_and_a_cut_word_is_not_parted() -> None:
    assert joined(["abcd", "efg"], 5) == "abcd efg"
    assert joined(["abcde", "fg"], 5) == "abcdefg"
    assert joined(["ab ", "cd"], 5) == "ab cd"


def as_sent(text: str) -> str:
    """The text with its release characters."""
    return "".join(f"?{character}" if character in "'+:?" else character for character in text)


def cut_as_sent(text: str, width: int) -> list[str]:
    """Cuts as a sender does that counts release characters and parts no pair."""
    pieces = [""]
    for character in text:
        if len(as_sent(pieces[-1] + character)) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


@given(_TITLE)
def test_a_title_cut_by_a_sender_that_counts_release_characters_is_whole_again(title: str) -> None:  # case B8
    assert joined(cut_as_sent(title, 35), 35) == title


@given(_TITLE)
def test_a_title_cut_by_a_sender_that_does_not_count_them_is_whole_again(title: str) -> None:
    assert joined(cut(title, 35), 35) == title


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (("The shepherd's life and other stori", "es"), "The shepherd's life and other stories"),
        (("The shepherd's life and other tale", "s of the lakes"), "The shepherd's life and other tales of the lakes"),
        (("The shepherd's life:", "a tale of the lakes"), "The shepherd's life: a tale of the lakes"),
        (("Dod's parliamentary communications", "Oxford"), "Dod's parliamentary communications Oxford"),
        (("Dod's parliamentary communication,", "at home"), "Dod's parliamentary communication, at home"),
        (("Dod's parliamentary communications", "At home"), "Dod's parliamentary communications At home"),
        (("The family names of Sligo and of O", "'Brien"), "The family names of Sligo and of O'Brien"),
        (("Responses to disasters and climate", "Change: a study"), "Responses to disasters and climate Change: a study"),
    ],
)
def test_a_word_goes_on_only_where_the_piece_was_full(pieces: tuple[str, ...], text: str) -> None:
    assert joined(pieces, 35) == text
