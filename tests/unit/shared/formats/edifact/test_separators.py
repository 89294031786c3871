"""Separators: advised by UNA, in part or not at all, contradicted, or inferred from use."""

import pytest

from shared.formats.edifact import Code, Segment, read
from tests.unit.shared.formats.edifact.examples import ANGLED, LATIN, ORDER, SHORT_ADVICE, STARRED
from tests.unit.shared.formats.edifact.test_reader import codes, segments


def test_any_separators_can_be_advised() -> None:
    reading = read(ANGLED)

    assert reading.findings == ()
    assert [segment.tag for segment in segments(reading)] == ["BGM", "LIN", "QTY", "MOA", "UNS", "CNT"]


def test_a_short_una_is_completed() -> None:
    reading = read(SHORT_ADVICE)

    assert codes(reading) == [Code.UNA_SHORT]
    assert len(segments(reading)) == 4


@pytest.mark.parametrize("advice", [b"UNA", b"UNA:", b"UNA'", b"UNA:+", b"UNA:+.", b"UNA:+\r\n"])
def test_however_short_a_una_is_it_is_completed(advice: bytes) -> None:
    reading = read(advice + LATIN)

    assert codes(reading) == [Code.UNA_SHORT]
    assert segments(reading) == segments(read(LATIN))


@pytest.mark.parametrize("breaks", [b"\n", b"\r\n" * 3, b"\r\n" * 12, b" " * 30])
def test_a_una_may_stand_well_before_its_unb(breaks: bytes) -> None:
    reading = read(b"UNA^<.? >" + breaks + ANGLED[10:])

    assert reading.findings == ()
    assert segments(reading) == segments(read(ANGLED))


@pytest.mark.parametrize(
    ("spelled", "meant"), [(b"imd+", b"IMD+"), (b"Imd+", b"IMD+"), (b"IMD +", b"IMD+"), (b"unt+", b"UNT+"), (b"unh+", b"UNH+")]
)
def test_a_tag_in_lower_case_or_with_spaces_is_the_tag_it_means(spelled: bytes, meant: bytes) -> None:
    reading = read(LATIN.replace(meant, spelled))

    assert codes(reading) == [Code.TAG_SPELLING]
    assert segments(reading) == segments(read(LATIN))
    assert reading.interchanges[0].messages[0].complete


def test_a_spelling_of_tags_is_reported_once() -> None:
    reading = read(ORDER.replace(b"LIN+", b"lin+").replace(b"IMD+", b"imd+"))

    assert codes(reading) == [Code.TAG_SPELLING]
    assert segments(reading) == segments(read(ORDER))


def test_a_una_without_its_terminator_is_completed_from_use() -> None:
    assert codes(read(b"UNA:+.?\r\n" + LATIN)) == [Code.UNA_SHORT]


def test_a_una_that_is_contradicted_gives_way() -> None:
    reading = read(b"UNA:|.? ~" + LATIN)

    assert codes(reading) == [Code.UNA_CONTRADICTED]
    assert segments(reading) == segments(read(LATIN))


def test_an_unusable_una_gives_way() -> None:
    assert codes(read(b"UNA:+.+ '" + LATIN)) == [Code.UNA_INVALID]


def test_separators_are_inferred_without_una() -> None:
    reading = read(STARRED)

    assert codes(reading) == [Code.SEPARATORS_INFERRED]
    assert [segment.tag for segment in segments(reading)] == ["BGM", "LIN", "UNS", "CNT"]


def test_segments_may_end_with_a_line_break() -> None:
    reading = read(b"UNB+UNOC:3+A+B+260105:0930+1\r\nUNH+1+X\r\nFTX+a\r\nUNT+3+1\r\nUNZ+1+1\r\n")

    assert codes(reading) == [Code.SEPARATORS_INFERRED]
    assert segments(reading) == [Segment.of("FTX", "a")]
