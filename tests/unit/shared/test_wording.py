"""Numbers in sentences for people."""

import pytest

from shared.wording import counted


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [(0, "copy", "0 copies"), (1, "copy", "1 copy"), (2, "copy", "2 copies"), (1, "day", "1 day"), (2, "day", "2 days")],
)
def test_a_noun_is_plural_unless_the_number_is_one(number: int, noun: str, words: str) -> None:
    assert counted(number, noun) == words
