"""Text from outside, as records keep it."""

import pytest

from shared.texts import plain


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  a\n\tb ", "a b"),
        ("Garci\u0301a", "García"),
        ("soft\u00adware\ufeff", "software"),
        ("a\x00b\x85c", "a b c"),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
        ("a\u200cb", "a\u200cb"),
    ],
)
def test_a_text_is_kept_without_what_nobody_reads(text: str, kept: str) -> None:
    assert plain(text) == kept


def test_cleaning_a_clean_text_changes_nothing() -> None:
    assert plain(plain("e\u0301 \u00ad x")) == plain("e\u0301 \u00ad x")
