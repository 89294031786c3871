"""Cutting and joining long text."""

from hypothesis import given
from hypothesis import strategies as st

from shared.formats.editeur.texts import cut, joined

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
