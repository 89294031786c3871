"""Files of records in XML: cut, parsed, and kept aside where they are broken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.formats.xml_records import LARGEST_RECORD, Broken, Code, Parsed, Refused, Root, read_elements

ROOTS = {"list": "book", "l": "b"}
THREE = (
    b'<?xml version="1.0"?><list release="3.0"><head><to>you</to></head>\n<book>1</book><book a="b"/>\n<book>3</book></list>\n'
)


def pieces(raw: bytes, size: int = 7) -> Iterator[bytes]:
    return (raw[start : start + size] for start in range(0, len(raw), size))


def read(raw: bytes, *, after: int = 0) -> list[Root | Parsed | Broken]:
    return list(read_elements(pieces(raw), ROOTS, doctypes=frozenset({"list"}), after=after))


def texts(raw: bytes) -> list[str]:
    return [each.element.text or "" for each in read(raw) if isinstance(each, Parsed)]


def broken(raw: bytes) -> list[tuple[int, bytes]]:
    return [(each.piece.number, each.piece.raw) for each in read(raw) if isinstance(each, Broken)]


def refusal_of(raw: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read(raw)
    return caught.value


def test_records_have_their_number_and_first_byte() -> None:
    root, *records = read(THREE)

    assert isinstance(root, Root)
    assert root.element is not None
    assert (root.element.get("release"), root.element.findtext("head/to")) == ("3.0", "you")
    assert [each.piece.number for each in records if isinstance(each, Parsed)] == [1, 2, 3]
    assert all(THREE[each.piece.offset :].startswith(each.piece.raw) for each in records if isinstance(each, Parsed))


@given(st.integers(1, len(THREE)))
def test_the_result_does_not_depend_on_how_the_stream_is_cut(size: int) -> None:
    read_so = [each.piece for each in read_elements(pieces(THREE, size), ROOTS) if isinstance(each, Parsed)]

    assert [piece.raw for piece in read_so] == [b"<book>1</book>", b'<book a="b"/>', b"<book>3</book>"]


def test_reading_goes_on_after_a_number_of_records() -> None:
    assert [each.piece.number for each in read(THREE, after=2) if isinstance(each, Parsed)] == [3]


def test_a_record_may_be_the_root() -> None:
    root, record = read(b"<x:book xmlns:x='urn:x'>alone</x:book>")

    assert isinstance(root, Root)
    assert root.element is None
    assert isinstance(record, Parsed)
    assert record.element.text == "alone"


def test_a_prefix_of_the_root_is_that_of_its_records() -> None:
    assert texts(b"<x:list xmlns:x='urn:x'><x:book>1</x:book></x:list>") == ["1"]


def test_names_of_records_lose_the_default_namespace_of_the_root_and_no_other() -> None:
    root, record = read(b"<list xmlns='urn:x' xmlns:y='urn:a&amp;b'><book><y:part/><part xmlns='urn:z'/></book></list>")

    assert isinstance(root, Root)
    assert isinstance(record, Parsed)
    assert root.element is not None
    assert (root.element.tag, record.element.tag) == ("{urn:x}list", "book")
    assert [part.tag for part in record.element] == ["{urn:a&b}part", "{urn:z}part"]


@pytest.mark.parametrize("behind", [" ", "\t", "\r\n", "\n"])
def test_white_space_in_the_tags_of_a_record_is_read(behind: str) -> None:
    assert texts(f"<list><book{behind}>1</book{behind}><book{behind}/></list>".encode()) == ["1", ""]


def test_a_longer_name_is_not_mistaken_for_a_record() -> None:
    assert texts(b"<list><book>1<bookshop/></book></list>") == ["1"]


@pytest.mark.parametrize(
    "bad",
    [
        b"<book><open></book>",
        b"<book><a></b></book>",
        b"<book>never closed",
        b"<cook>misspelt</cook>",
        b"loose words",
        b"<x:book>no such prefix</x:book>",
    ],
)
def test_a_broken_record_is_kept_aside_and_the_others_are_read(bad: bytes) -> None:
    raw = b"<list><book>1</book>" + bad + b"<book>3</book></list>"

    assert texts(raw) == ["1", "3"]
    assert broken(raw) == [(2, bad)]


def test_what_is_broken_is_told_with_its_place() -> None:
    _, one = read(b"<list><book><a></book></list>")

    assert isinstance(one, Broken)
    assert (one.finding.code, one.finding.segment, one.finding.offset) == (Code.BROKEN, 1, 6)
    assert one.finding.text == "<a> is not closed before </book>, near line 1, column 17 of the record"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (b"fish & chips", "fish & chips"),
        (b"fish &amp; chips & peas &", "fish & chips & peas &"),
        (b"a\x00b\x1fc\td", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c\td"),
        (b"a&#0;b&#x1F;c&#31;d&#32;e&#9;", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c\N{REPLACEMENT CHARACTER}d e\t"),
    ],
)
def test_a_character_that_xml_does_not_allow_costs_only_itself(written: bytes, meant: str) -> None:
    _, one = read(b"<list><book>" + written + b"</book></list>")

    assert isinstance(one, Parsed)
    assert one.element.text == meant
    assert {finding.code for finding in one.findings} == {Code.MENDED}


def test_comments_and_white_space_between_records_are_nothing() -> None:
    assert broken(b"<list>\n<!-- <cook/> -->\n<book>1</book> <?page 2?>\r\n</list>\n<!-- end -->") == []


def test_a_record_that_is_too_large_is_kept_aside_in_part() -> None:
    raw = b"<list><book>1</book><book>" + b"x" * LARGEST_RECORD + b"</book><book>3</book></list>"

    found = list(read_elements(pieces(raw, 1 << 16), ROOTS))

    assert [each.element.text for each in found if isinstance(each, Parsed)] == ["1", "3"]
    large = next(each for each in found if isinstance(each, Broken))
    assert len(large.piece.raw) < LARGEST_RECORD
    assert large.piece.number == 2


def test_a_file_that_breaks_off_is_refused_after_its_records() -> None:
    found: list[object] = []
    with pytest.raises(Refused, match="ends before </list>"):
        found.extend(read_elements([b"<list><book>1</book><book>2"], ROOTS))
    cut_off = list_until_refused(b"<list><book>1</book><book>2")

    assert [type(each) for each in cut_off] == [Root, Parsed, Broken]


def list_until_refused(raw: bytes) -> list[object]:
    found: list[object] = []
    try:
        for each in read_elements([raw], ROOTS):
            found.append(each)  # noqa: PERF402 - what was read before the refusal is the point
    except Refused:
        pass
    return found


@pytest.mark.parametrize(
    "raw",
    [
        b'<!DOCTYPE list [<!ENTITY e "x">]><list/>',
        b'<!DOCTYPE list SYSTEM "a" [<!ENTITY e SYSTEM "file:///etc/hostname">]><list><book>&e;</book></list>',
        b"<!DOCTYPE other><list/>",
    ],
)
def test_a_document_type_that_declares_or_is_not_admitted_is_dangerous(raw: bytes) -> None:
    assert refusal_of(raw).dangerous


@pytest.mark.parametrize("raw", [b"", b"words", b"<other><book/></other>", b"<list"])
def test_another_root_or_none_is_refused(raw: bytes) -> None:
    assert not refusal_of(raw).dangerous


def test_a_named_character_of_the_dtd_is_read_by_its_html_name() -> None:
    raw = b'<!DOCTYPE list SYSTEM "onix.dtd"><list><book>caf&eacute; &nosuch; &amp;</book></list>'
    _, one = read(raw)

    assert isinstance(one, Parsed)
    assert one.element.text == "café \N{REPLACEMENT CHARACTER} &"
    assert [finding.code for finding in one.findings] == [Code.ENTITY, Code.ENTITY]


@pytest.mark.parametrize(
    ("declared", "true", "as_declared"),
    [
        ("utf-8", "utf-8", True),
        ("utf-8", "cp1252", False),
        ("iso-8859-1", "iso-8859-1", True),
        ("iso-8859-1", "utf-8", False),
        ("windows-1252", "cp1252", True),
        ("no-such-thing", "cp1252", False),
        ("utf-16", "utf-16", True),
    ],
)
def test_a_declared_encoding_is_believed_only_where_it_is_true(declared: str, true: str, *, as_declared: bool) -> None:
    raw = f'<?xml version="1.0" encoding="{declared}"?><list><book>Käthe “K”</book></list>'
    quoted = raw if true != "iso-8859-1" else raw.replace("“K”", "K")
    _, one = read(quoted.encode(true))

    assert isinstance(one, Parsed)
    assert (one.element.text or "").startswith("Käthe")
    assert one.encoding_true is as_declared
    assert [finding.code for finding in one.findings] == ([] if as_declared else [Code.CHARSET])


def test_one_record_in_another_encoding_does_not_change_the_others() -> None:
    raw = b"<list><book>" + "é".encode() + b"</book><book>\xe9</book></list>"

    assert texts(raw) == ["é", "é"]
    assert [each.encoding_true for each in read(raw) if isinstance(each, Parsed)] == [True, False]


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_a_refusal(raw: bytes) -> None:
    assert all(isinstance(each, Root | Parsed | Broken) for each in list_until_refused(b"<list>" + raw))
