"""Writing is exact."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.formats.edifact import OutboundInterchange, OutboundMessage, Segment, Separators, Unencodable, read, write


def outbound(*segments: Segment, charset: str = "UNOC") -> OutboundInterchange:
    """An interchange of one order with these segments."""
    return OutboundInterchange(
        sender="5000000000005",
        recipient="5000000000012",
        control_reference="17",
        prepared=datetime(2026, 1, 5, 9, 30, tzinfo=UTC),
        messages=[OutboundMessage("ORDERS", segments, association="EAN008")],
        charset=charset,
    )


def test_counts_and_references_are_written() -> None:
    written = write(outbound(Segment.of("BGM", "220", "SB1", "9")))

    assert written.startswith(b"UNA:+.? 'UNB+UNOC:3+5000000000005:14+5000000000012:14+260105:0930+17'UNH+1+")
    assert written.endswith(b"UNH+1+ORDERS:D:96A:UN:EAN008'BGM+220+SB1+9'UNT+3+1'UNZ+1+17'")


def test_separators_in_text_are_released() -> None:
    assert b"IMD+L+050+:::A?+B?:C?'D??'" in write(outbound(Segment.of("IMD", "L", "050", ("", "", "", "A+B:C'D?"))))


def test_trailing_empty_components_and_elements_are_dropped() -> None:
    padded = Segment("LIN", (("1", ""), ("",), ("978", "EN", "", ""), ("", ""), ("",)))

    assert b"LIN+1++978:EN'" in write(outbound(padded))


def test_every_message_of_an_interchange_has_its_own_reference() -> None:
    three = replace(
        outbound(),
        messages=[OutboundMessage("ORDERS", []), OutboundMessage("ORDERS", [], reference="X"), OutboundMessage("ORDERS", [])],
    )

    assert [message.reference for message in read(write(three)).interchanges[0].messages] == ["1", "X", "3"]


def test_references_used_twice_are_refused() -> None:
    with pytest.raises(ValueError, match="unique"):
        write(replace(outbound(), messages=[OutboundMessage("ORDERS", [], reference="X")] * 2))


def test_a_test_interchange_says_so() -> None:
    assert read(write(replace(outbound(), test=True))).interchanges[0].test
    assert not read(write(outbound())).interchanges[0].test


def test_syntax_4_has_a_four_digit_year_and_releases_the_repetition_separator() -> None:
    sent = replace(outbound(Segment.of("BGM", "A*B")), syntax_version=4, advice=False)

    assert b"+20260105:0930+" in write(sent)
    assert b"BGM+A?*B'" in write(sent)


def test_an_element_repeats_in_syntax_4_only() -> None:
    repeated = Segment("BGM", (("A",),), repetitions=((0, (("B", "C"),)),))
    sent = replace(outbound(repeated), syntax_version=4, separators=Separators(repetition="*"))

    assert b"BGM+A*B:C'" in write(sent)
    with pytest.raises(ValueError, match="syntax 4"):
        write(outbound(repeated))


@pytest.mark.parametrize(
    ("charset", "text", "character"),
    [
        ("UNOA", "Abc", "b"),
        ("UNOB", "caf\xe9", "\xe9"),
        ("UNOC", "Dvo\u0159\xe1k", "\u0159"),
        ("UNOY", "two\nlines", "\n"),
        ("UNOC", "\x85", "\x85"),
    ],
)
def test_what_a_charset_cannot_hold_is_refused_by_place(charset: str, text: str, character: str) -> None:
    with pytest.raises(Unencodable) as refused:
        write(outbound(Segment.of("BGM", "220"), Segment.of("IMD", "L", ("", text)), charset=charset))

    error = refused.value
    assert (error.segment, error.tag, error.element, error.component) == (4, "IMD", 1, 1)
    assert (error.character, error.charset) == (character, charset)
    assert charset in str(error)


def test_separators_without_release_cannot_hold_separators() -> None:
    with pytest.raises(Unencodable, match=r"\+"):
        write(replace(outbound(Segment.of("IMD", "A+B")), separators=Separators(release=" ")))


@pytest.mark.parametrize(
    "changes",
    [
        {"charset": "UNOZ"},
        {"syntax_version": 5},
        {"separators": Separators(element=":")},
        {"separators": Separators(element="|"), "advice": False},
    ],
)
def test_an_interchange_that_makes_no_sense_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"charset|syntax|separators"):
        write(replace(outbound(), **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("tag", ["UNH", "lin", "TOOLONG", "A+B"])
def test_a_tag_that_is_none_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="tag"):
        write(outbound(Segment(tag)))
