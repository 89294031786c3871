"""A stranger's text on a terminal: it is shown, and never obeyed."""

import pytest

from services.suppliers.terminal import printable

_CONTROLS = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)]))


def test_no_control_character_reaches_the_terminal() -> None:
    assert printable(_CONTROLS) == "·" * len(_CONTROLS)


@pytest.mark.parametrize("text", ["\N{RIGHT-TO-LEFT OVERRIDE}", "\N{LINE SEPARATOR}", "\N{ZERO WIDTH SPACE}"])
def test_what_reorders_or_hides_text_does_not_either(text: str) -> None:
    assert printable(text) == "·"


def test_words_of_any_language_and_what_is_kept_stay() -> None:
    assert printable("Łódź, 東京\n\x1b[2J", keep="\n") == "Łódź, 東京\n·[2J"
