"""A stranger's text on a terminal: it is shown, and never obeyed."""

import pytest

from shared.texts import printable, visible

_CONTROLS = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)]))


def test_no_control_character_reaches_the_terminal() -> None:
    assert printable(_CONTROLS) == "·" * len(_CONTROLS)


@pytest.mark.parametrize("text", ["\N{RIGHT-TO-LEFT OVERRIDE}", "\N{LINE SEPARATOR}", "\N{ZERO WIDTH SPACE}"])
def test_what_reorders_or_hides_text_does_not_either(text: str) -> None:
    assert printable(text) == "·"


def test_words_of_any_language_and_what_is_kept_stay() -> None:
    assert printable("Łódź, 東京\n\x1b[2J", keep="\n") == "Łódź, 東京\n·[2J"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("LIN+1'", "LIN+1'"),
        ("a\r\nb\x00", "a␍␊b␀"),
        ("\u202eevil", "⟨U+202E⟩evil"),
        ("zero\u200bwidth\u00a0", "zero⟨U+200B⟩width⟨U+00A0⟩"),
        ("\x85\x7f", "⟨U+0085⟩⟨U+007F⟩"),
    ],
)
def test_what_nobody_sees_is_shown_by_a_sign(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_line_break_that_is_kept_stays_a_line_break() -> None:
    assert visible("a\n\tb", keep="\n") == "a\n␉b"
