"""Reading is tolerant, and says what it tolerated."""

import gc

import pytest

from shared.findings import Severity
from shared.formats.edifact import Code, Reading, Segment, read, read_segments
from tests.unit.shared.formats.edifact.examples import (
    ANGLED,
    LATIN,
    LINES,
    ORDER,
    REPEATING,
    SHORT_ADVICE,
    STARRED,
    UTF8_AS_LATIN,
    WRAPPED,
)


def codes(reading: Reading) -> list[str]:
    """The codes of all findings, in order."""
    return [finding.code for finding in reading.findings]


def segments(reading: Reading) -> list[Segment]:
    """The segments of the first message."""
    return list(reading.interchanges[0].messages[0].segments)


def test_an_order_is_read_without_findings() -> None:
    reading = read(ORDER)

    (interchange,) = reading.interchanges
    (message,) = interchange.messages
    assert reading.findings == ()
    assert (interchange.sender, interchange.control_reference, interchange.application_reference) == (
        "5000000000005",
        "17",
        "ORDERS",
    )
    assert (message.reference, message.type, message.version, message.release, message.agency) == (
        "1",
        "ORDERS",
        "D",
        "96A",
        "UN",
    )
    assert [segment.get(2, 3) for segment in message.segments if segment.tag == "IMD"] == [
        "Sapiens: a brief history",
        "Where's Winston?",
    ]


def test_segments_know_where_they_stood() -> None:
    for raw in (ORDER, LINES):
        for item in read_segments([raw]):
            assert isinstance(item, Segment)
            assert raw[item.offset : item.offset + 3] == item.tag.encode()


def test_segments_that_recur_keep_their_own_places() -> None:
    lines = b"".join(b"LIN+%d'QTY+21:1'FTX+LIN+++Why??'" % line for line in range(5_000))
    read_lines = segments(read(b"UNH+1+ORDERS:D:96A:UN'" + lines + b"UNT+15002+1'"))

    assert [segment.position for segment in read_lines] == list(range(2, 15_002))
    assert [lines[segment.offset - 22 :][:3].decode() for segment in read_lines] == ["LIN", "QTY", "FTX"] * 5_000
    assert {(segment.get(0, 0), segment.get(0, 1)) for segment in read_lines[1::3]} == {("21", "1")}
    assert {segment.get(3) for segment in read_lines[2::3]} == {"Why?"}


def test_what_was_read_goes_with_its_last_use() -> None:
    def left() -> int:
        gc.collect()
        read(ORDER)
        return gc.collect()

    gc.collect()
    # What other tests left is not looked at again and again.
    gc.freeze()
    try:
        # A thread of an earlier test may leave something meanwhile; what reading leaves, it leaves each time.
        assert min(left() for _ in range(5)) == 0
    finally:
        gc.unfreeze()


def test_absent_elements_and_components_are_empty() -> None:
    segment = Segment.of("LIN", "1", "", ("978", "EN"))

    assert (segment.get(0), segment.get(1), segment.get(2, 1), segment.get(2, 2), segment.get(9)) == ("1", "", "EN", "", "")
    assert segment.occurrences(2) == (("978", "EN"),)
    assert segment.occurrences(7) == ()


@pytest.mark.parametrize("noise", [b"\r\n", b"\n", b"\0\0", b"  \r\n\t", b"\x1a"])
def test_noise_between_segments_is_nothing(noise: bytes) -> None:
    noisy = b"'".join(ORDER[:9].split(b"'")) + noise.join(
        [b"", *(part + b"'" for part in ORDER[9:-1].replace(b"?'", b"\xff").split(b"'"))]
    )
    reading = read(noisy.replace(b"\xff", b"?'") + noise)

    assert reading.findings == ()
    assert segments(reading) == segments(read(ORDER))


def test_lines_wrapped_by_a_gateway_are_joined() -> None:
    reading = read(WRAPPED)

    assert codes(reading) == [Code.WRAPPED_LINES]
    assert segments(reading) == segments(read(ORDER))


@pytest.mark.parametrize("width", range(40, 80))
def test_a_wrap_may_fall_anywhere_even_after_a_release_character(width: int) -> None:
    head, rest = ORDER[:9], ORDER[9:]
    wrapped = head + b"\n".join(rest[start : start + width] for start in range(0, len(rest), width))

    assert segments(read(wrapped)) == segments(read(ORDER))


@pytest.mark.parametrize(
    ("written", "text"),
    [(b"a??+b", "a?"), (b"a???+b+", "a?+b"), (b"a????+b", "a??"), (b"?'?:??+", "':?"), (b"a?b+", "ab"), (b"??", "?")],
)
def test_release_characters_are_resolved_in_one_pass(written: bytes, text: str) -> None:
    reading = read(b"UNB+UNOC:3+A+B+260105:0930+1'UNH+1+X'FTX+" + written + b"'UNT+3+1'UNZ+1+1'")

    assert segments(reading)[0].get(0) == text
    assert reading.findings == ()


def test_a_release_character_of_space_is_none() -> None:
    reading = read(b"UNA:+.  'UNB+UNOC:3+A+B+260105:0930+1'UNH+1+X'FTX+Why?+b c'UNT+3+1'UNZ+1+1'")

    assert segments(reading)[0].elements == (("Why?",), ("b c",))


def test_elements_repeat_in_syntax_4() -> None:
    (segment,) = segments(read(REPEATING))

    assert segment.occurrences(1) == (("A",), ("B", "C"), ("D",))
    assert segment.get(1) == "A"
    assert segments(read(REPEATING.replace(b"UNOC:4", b"UNOC:3")))[0].get(1) == "A*B"


def test_groups_are_read_and_counted() -> None:
    reading = read(SHORT_ADVICE.replace(b"UNE+1+94", b"UNE+2+95").replace(b"UNZ+1", b"UNZ+2"))
    group = reading.interchanges[0].messages[0].group

    assert group is not None
    assert group.get(4) == "94"
    assert codes(reading) == [Code.UNA_SHORT, Code.MESSAGE_COUNT, Code.REFERENCE_MISMATCH, Code.GROUP_COUNT]


def test_interchanges_each_with_its_own_separators_follow_one_another() -> None:
    reading = read(ORDER + ANGLED + b"\r\n" + STARRED + LATIN + SHORT_ADVICE)

    assert [interchange.control_reference for interchange in reading.interchanges] == ["17", "682", "5", "7", "99"]
    assert codes(reading) == [Code.SEPARATORS_INFERRED, Code.UNA_SHORT]


def test_the_words_that_begin_an_interchange_may_be_data() -> None:
    reading = read(ORDER.replace(b"Sapiens", b"Luna UNA UNB?+UNOC?:3 UNA?:?+.?? ?'UNB"))

    assert len(reading.interchanges) == 1
    assert segments(reading)[6].get(2, 3).startswith("Luna UNA UNB+UNOC:3 UNA:+.? 'UNB: a brief")


@pytest.mark.parametrize(
    ("damage", "instead", "code"),
    [
        (b"UNT+19", b"UNT+18", Code.SEGMENT_COUNT),
        (b"UNT+19", b"UNT+", Code.SEGMENT_COUNT),
        (b"UNT+19", b"UNT+" + b"9" * 5000, Code.SEGMENT_COUNT),
        (b"UNT+19+1", b"UNT+19+2", Code.REFERENCE_MISMATCH),
        (b"UNZ+1", b"UNZ+2", Code.MESSAGE_COUNT),
        (b"UNZ+1+17", b"UNZ+1+18", Code.REFERENCE_MISMATCH),
        (b"CNT+2:2", b"CNT+2:3", Code.LINE_COUNT),
        (b"CNT+1:3", b"CNT+1:4", Code.QUANTITY_TOTAL),
        (b"260105:0930", b"261305:0930", Code.INVALID_DATE),
        (b"+ORDERS'UNH", b"+ORDERS+++++1'UNH", Code.EXTRA_HEADER_ELEMENT),
        (b"UNOC", b"UNQQ", Code.CHARSET_UNKNOWN),
        (b"LIN+1+", b"LIN:1+1+", Code.TAG_NESTING),
        (b"UNOC:3", b"UNOC:9", Code.SYNTAX_UNKNOWN),
    ],
)
def test_what_disagrees_is_found(damage: bytes, instead: bytes, code: Code) -> None:
    reading = read(ORDER.replace(damage, instead))

    assert codes(reading) == [code]
    assert len(segments(reading)) == 17


@pytest.mark.parametrize(
    ("stated", "severity"),
    [
        (b"20", Severity.ERROR),
        (b"100", Severity.ERROR),
        (b"", Severity.ERROR),
        (b"1x", Severity.ERROR),
        (b"9" * 5000, Severity.ERROR),
        (b"18", Severity.WARNING),
        (b"9", Severity.WARNING),
        (b"007", Severity.WARNING),
        (b"0", Severity.WARNING),
    ],
)
def test_only_a_count_of_more_than_there_is_may_mean_a_loss(stated: bytes, severity: Severity) -> None:
    (finding,) = read(ORDER.replace(b"UNT+19", b"UNT+" + stated)).findings

    assert (finding.code, finding.severity) == (Code.SEGMENT_COUNT, severity)


@pytest.mark.parametrize("stated", [b" 19", b"19 ", b"000019"])
def test_a_padded_count_is_the_number_it_means(stated: bytes) -> None:
    assert codes(read(ORDER.replace(b"UNT+19", b"UNT+" + stated))) == []


def test_quantities_are_only_summed_where_that_is_safe() -> None:
    assert codes(read(ORDER.replace(b"CNT+1:3", b"CNT+1:4").replace(b"QTY+21:1'", b"QTY+83:1'"))) == []


def test_a_reference_used_twice_is_found() -> None:
    twice = ORDER.replace(b"UNZ+1", b"UNH+1+ORDERS'UNT+2+1'UNZ+2")

    assert codes(read(twice)) == [Code.DUPLICATE_REFERENCE]


@pytest.mark.parametrize(
    ("raw", "declared", "likely"),
    [
        (UTF8_AS_LATIN, "UNOC", "utf-8"),
        (LATIN.replace(b"UNOC", b"UNOA"), "UNOA", "iso8859-1"),
        (LATIN.replace(b"UNOC", b"UNOB"), "UNOB", "iso8859-1"),
        (LATIN.replace(b"UNOC", b"UNOY"), "UNOY", "iso8859-1"),
    ],
)
def test_a_charset_that_is_not_the_declared_one_is_named_and_used(raw: bytes, declared: str, likely: str) -> None:
    reading = read(raw)

    assert codes(reading) == [Code.CHARSET_MISMATCH]
    assert declared in reading.findings[0].text
    assert likely in reading.findings[0].text
    assert segments(reading) == segments(read(LATIN)) == [Segment.of("IMD", "L", "050", ("", "", "", "Caf\xe9 + cr\xe8me"))]


def test_windows_quotes_are_read_as_such() -> None:
    reading = read(LATIN.replace(b"Caf\xe9", b"\x93Caf\xe9\x94"))

    assert segments(reading)[0].get(2, 3) == "\u201cCaf\xe9\u201d + cr\xe8me"
    assert "cp1252" in reading.findings[0].text


@pytest.mark.parametrize("apostrophe", ["\u2019".encode(), b"\x92", b"\x92\r\n"])
def test_typographic_apostrophes_end_segments_where_a_tag_follows(apostrophe: bytes) -> None:
    body = b"UNH+1+ORDRSP:D:96A:UN'LIN+1+5'QTY+21:3^GIR+001+IPSW:LLO'RFF+LI:A^LIN+2'QTY+21:1'UNT+8+1'"
    reading = read(b"UNB+UNOC:3+A+B+260302:0915+1'" + body.replace(b"^", apostrophe) + b"UNZ+1+1'")

    assert [segment.tag for segment in segments(reading)] == ["LIN", "QTY", "GIR", "RFF", "LIN", "QTY"]
    assert codes(reading) == [Code.TERMINATOR_SLIP]
    assert segments(reading)[1].elements == (("21", "3"),)


def test_an_apostrophe_within_a_word_ends_nothing() -> None:
    raw = b"UNB+UNOC:3+A+B+260302:0915+1'UNH+1+ORDERS:D:96A:UN'FTX+LIN+++L\x92EST+FRE'FTX+LIN+++L\x92IMD'UNT+4+1'UNZ+1+1'"

    assert [segment.get(3) for segment in segments(read(raw))] == ["L\u2019EST", "L\u2019IMD"]


def test_declared_charsets_are_used() -> None:
    czech = "UNB+UNOD:3+A+B+260105:0930+7'UNH+1+ORDERS'FTX+Dvo\u0159\xe1k'UNT+3+1'UNZ+1+7'".encode("iso8859-2")

    assert read(czech).findings == ()
    assert segments(read(czech))[0].get(0) == "Dvo\u0159\xe1k"


@pytest.mark.parametrize("end", range(70, ORDER.index(b"UNZ"), 3))
def test_a_truncated_file_is_read_as_far_as_it_goes(end: int) -> None:
    reading = read(ORDER[:end])

    (interchange,) = reading.interchanges
    whole = segments(read(ORDER))
    assert not interchange.complete
    assert reading.findings
    for message in interchange.messages:
        assert list(message.segments[:-1]) == whole[: max(0, len(message.segments) - 1)]


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"\0" * 100, b"'''"])
def test_nothing_is_found_to_be_nothing(raw: bytes) -> None:
    assert read(raw).interchanges == ()
    assert codes(read(raw)) == [Code.NO_SEGMENTS]


@pytest.mark.parametrize("raw", [bytes(range(256)) * 50, b"\n?!'" * 50_000, b"%" * 700_000])
def test_garbage_is_one_finding(raw: bytes) -> None:
    reading = read(raw)

    assert reading.interchanges == ()
    assert codes(reading).count(Code.NOT_A_SEGMENT) == 1
    assert set(codes(reading)) <= {Code.NOT_A_SEGMENT, Code.OVERLONG_SEGMENT}
    assert reading.findings[-1].severity is Severity.ERROR


def test_garbage_without_end_takes_no_memory() -> None:
    found = list(read_segments(b"\x00x" * 50_000 for _ in range(20)))

    assert {item.code for item in found if not isinstance(item, Segment)} == {Code.NOT_A_SEGMENT, Code.OVERLONG_SEGMENT}


def test_text_before_the_first_interchange_is_reported_and_the_rest_read() -> None:
    reading = read(b"From: edi@example.org\r\n\r\n" + ORDER)

    assert codes(reading) == [Code.NOT_A_SEGMENT]
    assert segments(reading) == segments(read(ORDER))
    assert read(b"\xef\xbb\xbf" + ORDER).findings == ()


def test_trailers_that_close_nothing_and_segments_outside_a_message_are_found() -> None:
    reading = read(b"UNT+1+1'UNE+1+1'UNZ+1+1'LIN+1'QTY+1'")

    assert reading.interchanges == ()
    assert codes(reading) == [*[Code.STRAY_TRAILER] * 3, Code.OUTSIDE_MESSAGE]


def test_a_message_without_an_interchange_is_still_read() -> None:
    reading = read(b"UNH+1+ORDERS:D:96A:UN'BGM+220'UNT+3+1'")

    assert codes(reading) == [Code.NO_INTERCHANGE]
    assert segments(reading) == [Segment.of("BGM", "220")]
    assert not reading.interchanges[0].complete


def test_what_was_left_open_is_found() -> None:
    reading = read(b"UNB+UNOC:3+A+B+260105:0930+1'UNG+A+B+C+D+5'UNH+1+X'FTX+a'UNH+2+X'UNB+UNOC:3+A+B+260105:0930+2'UNZ+0+2'")

    expected = [Code.MESSAGE_UNTERMINATED, Code.MESSAGE_UNTERMINATED, Code.GROUP_UNTERMINATED, Code.INTERCHANGE_UNTERMINATED]
    assert codes(reading) == expected
    assert [interchange.complete for interchange in reading.interchanges] == [False, True]


@pytest.mark.parametrize(("flag", "test"), [(b"1", True), (b"0", False), (b"", False)])
def test_the_test_flag_is_read(flag: bytes, test: bool) -> None:
    raw = ORDER.replace(b"+17++ORDERS'", b"+17++ORDERS++++" + flag + b"'")

    assert read(raw).interchanges[0].test is test
    assert read(raw).findings == ()
