"""Results for short texts are worked out once; long ones are not kept."""

from shared.remembering import LONGEST, remembered


def test_a_short_text_is_worked_out_once() -> None:
    asked: list[str] = []

    @remembered
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    assert [length("9.99"), length("9.99"), length("12.99")] == [4, 4, 5]
    assert asked == ["9.99", "12.99"]


def test_a_long_text_is_not_kept() -> None:
    asked: list[str] = []

    @remembered
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    long = "9" * (LONGEST + 1)

    assert [length(long), length(long)] == [LONGEST + 1] * 2
    assert asked == [long, long]
