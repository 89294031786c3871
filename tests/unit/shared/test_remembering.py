"""Results for short texts are worked out once; long ones are not kept."""

from shared.remembering import LONGEST, MOST, remembered


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


def test_results_beyond_the_limit_take_the_place_of_all_others() -> None:
    asked: list[str] = []

    @remembered
    def number(text: str) -> int:
        asked.append(text)
        return int(text)

    for text in map(str, range(MOST + 1)):
        number(text)

    assert [number("0"), number(str(MOST)), number("0")] == [0, MOST, 0]
    assert asked[MOST:] == [str(MOST), "0"]


def test_what_is_asked_may_be_several_texts_whose_size_is_counted() -> None:
    asked: list[tuple[str, ...]] = []

    def joined(texts: tuple[str, ...]) -> str:
        asked.append(texts)
        return "".join(texts)

    known = remembered(joined, lambda texts: sum(map(len, texts)))
    long = ("9" * LONGEST, "9")

    assert [known(("a", "b")), known(("a", "b")), known(long), known(long)] == ["ab", "ab", "".join(long), "".join(long)]
    assert asked == [("a", "b"), long, long]
